import type { NoWebsocket } from '../../node/api/server-contact.ts'

/** What a proxy between this page and the server does to the websocket. */
export type ProxyTrouble = Exclude<NoWebsocket, { reason: 'server-unreachable' | 'server-silent' | 'server-refused' }>

interface ProxyWords {
  readonly title: string
  /** What the trouble means, and what to write into which file. */
  readonly text: string
}

/** `host` is the server's host. Each text first gives the line for nginx, the most common proxy, then for others. */
export const describeProxyTrouble = (trouble: ProxyTrouble, host: string): ProxyWords => {
  const ask = `If you can’t, ask the person who runs ${host}.`
  switch (trouble.reason) {
    case 'websocket-blocked':
      return {
        title: 'Something blocks WebSockets to the signalling server',
        text: `The server answers plain HTTP requests, but no WebSocket reaches it: a firewall, a VPN, a browser extension or a proxy blocks it. Switch these off for ${host}, or try another network.`,
      }
    case 'upgrade-not-passed':
      return {
        title: 'A proxy turns this tab’s WebSockets into plain requests',
        text: `They reach the server without the Upgrade header, or as HTTP/1.0. Configure the proxy to pass the header on. In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; – in Apache: ProxyPass … upgrade=websocket. ${ask}`,
      }
    case 'websocket-held':
      return {
        title: 'A proxy holds back the server’s answers',
        text: `The server accepts this tab’s WebSockets, but its answers do not arrive: something buffers them until they are complete. Switch off the buffering or scanning of answers from ${host}. In nginx: proxy_buffering off; – elsewhere: a cache, a firewall that inspects traffic, the web protection of a virus scanner. ${ask}`,
      }
    case 'websocket-cut':
      return {
        title: 'A proxy repeatedly ends this tab’s connection to the server',
        text: `Each WebSocket ends ${secondsWords(trouble.afterMs)} after it opened, because a timeout is too short: the server sends something every 10 seconds. Raise the timeout. In nginx: proxy_read_timeout 60s; – in Apache: ProxyTimeout 60 – in a cloud load balancer: a request timeout of one hour. ${ask}`,
      }
    case 'host-refused':
      return {
        title: 'The signalling server does not accept this page’s address',
        text: `This page is at ${host}, which the server does not know as its own name. Start the server with ALLOWED_HOSTS=${hostnameIn(host)}. ${ask}`,
      }
    case 'host-not-passed':
      return {
        title: 'A proxy hides this page’s address from the server',
        text: `This page is at ${host}, but the server received a request for ${trouble.host || 'no host'}, so it treats this page as another site’s. Configure the proxy to pass the Host header on. In nginx: proxy_set_header Host $http_host; – in Apache: ProxyPreserveHost On. Then start the server with ALLOWED_HOSTS=${hostnameIn(host)}. If that is not possible, start the server with ALLOWED_ORIGINS=${trouble.origin}. ${ask}`,
      }
    case 'origin-rewritten':
      return {
        title: 'A proxy changes the Origin header of this page’s requests',
        text: `The server at ${host} received ${trouble.origin ? `the Origin ${trouble.origin}` : 'no Origin'}, which is not this page’s. Switch that off in the proxy or tunnel.${trouble.origin ? ` Or, if only you can reach ${trouble.origin}, start the server with ALLOWED_ORIGINS=${trouble.origin}.` : ''} ${ask}`,
      }
    case 'origin-refused':
      return {
        title: 'The signalling server does not accept pages from this address',
        text: `This page comes from ${trouble.origin}, but the server at ${host} accepts only its own pages and those on its list. Open the page at the address from which ${host} serves it, or start the server with ALLOWED_ORIGINS=${trouble.origin}.`,
      }
    case 'path-not-forwarded':
      return {
        title: 'Something else answers instead of the signalling server',
        text: `${host}${trouble.path} ${trouble.httpStatus === 0 ? 'redirects, perhaps to a login page' : `answers with status ${trouble.httpStatus}`}, which is not Grapevine’s answer. Configure the proxy to pass on everything below ${folderOf(trouble.path)}. In nginx: location ${folderOf(trouble.path)} { proxy_pass http://127.0.0.1:3000/; … }. ${ask}`,
      }
  }
}

/** The hostname without the port. */
const hostnameIn = (host: string): string => host.replace(/:\d+$/, '')

const folderOf = (path: string): string => path.replace(/[^/]*\/$/, '')

const secondsWords = (ms: number): string => {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 1) return 'less than a second'
  return seconds === 1 ? 'about a second' : `about ${seconds} seconds`
}
