import type { NoWebsocket } from '../../node/api/server-contact.ts'

/** What a proxy between this page and the server does to the websocket. */
export type ProxyTrouble = Exclude<NoWebsocket, { reason: 'server-unreachable' | 'server-silent' | 'server-refused' }>

interface ProxyWords {
  readonly title: string
  /** What it means, and what to write where. */
  readonly text: string
}

/** `host` is the server's. Each names nginx's line first, since most sites have it, then others'. */
export const describeProxyTrouble = (trouble: ProxyTrouble, host: string): ProxyWords => {
  const ask = `If it is not yours, ask whoever runs ${host}.`
  switch (trouble.reason) {
    case 'websocket-blocked':
      return {
        title: 'Something blocks the way to the signalling server',
        text: `The server answers plain requests, and no WebSocket reaches it: a firewall, a VPN, an extension of the browser or a proxy stops it on the way. Switch those off for ${host}, or try another network.`,
      }
    case 'upgrade-not-passed':
      return {
        title: 'A proxy makes plain requests of this tab’s WebSockets',
        text: `They reach the server without their Upgrade header, or as HTTP/1.0. The proxy has to pass it on; nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; – Apache: ProxyPass … upgrade=websocket. ${ask}`,
      }
    case 'websocket-held':
      return {
        title: 'A proxy holds the server’s answers back',
        text: `The server takes this tab’s WebSockets, and its answers do not come back: something waits for their end. Switch off what buffers or scans answers from ${host}; nginx: proxy_buffering off; – elsewhere a cache, a firewall that inspects, a virus scanner’s web shield. ${ask}`,
      }
    case 'websocket-cut':
      return {
        title: 'A proxy ends this tab’s connection to the server again and again',
        text: `Each WebSocket is cut ${secondsWords(trouble.afterMs)} after it opened, by a time-out that is too short: the server sends something every 10 seconds. Raise it; nginx: proxy_read_timeout 60s; – Apache: ProxyTimeout 60 – a balancer in the cloud: its time-out of requests, to an hour. ${ask}`,
      }
    case 'host-refused':
      return {
        title: 'The signalling server does not answer to this page’s address',
        text: `The page is at ${host}, and that is none of the names the server knows as its own. If the server is yours, start it with ALLOWED_HOSTS=${hostnameIn(host)}. ${ask}`,
      }
    case 'host-not-passed':
      return {
        title: 'A proxy hides this page’s address from the server',
        text: `The page is at ${host}, and the server was asked for ${trouble.host || 'no host at all'}: so it takes this page for another site’s. The proxy has to pass the Host header on; nginx: proxy_set_header Host $http_host; – Apache: ProxyPreserveHost On; and the server has to know it: start it with ALLOWED_HOSTS=${hostnameIn(host)}. Where that can’t be, start the server with ALLOWED_ORIGINS=${trouble.origin}. ${ask}`,
      }
    case 'origin-rewritten':
      return {
        title: 'A proxy changes this page’s origin on the way to the server',
        text: `The server at ${host} got ${trouble.origin ? `the Origin ${trouble.origin}` : 'no Origin'}, which is not this page’s. Switch that off in the proxy or tunnel${trouble.origin ? `; or, if only you can reach ${trouble.origin}, start the server with ALLOWED_ORIGINS=${trouble.origin}` : ''}. ${ask}`,
      }
    case 'origin-refused':
      return {
        title: 'The signalling server takes no page from this address',
        text: `This page is of ${trouble.origin}, and the server at ${host} takes only its own and those of its list. Open the page under the address that ${host} itself serves it from; or start the server with ALLOWED_ORIGINS=${trouble.origin}.`,
      }
    case 'path-not-forwarded':
      return {
        title: 'Something else answers in the place of the signalling server',
        text: `${host}${trouble.path} ${trouble.httpStatus === 0 ? 'sends elsewhere, perhaps to log in' : `answers with status ${trouble.httpStatus}`}, and not as Grapevine does. A proxy has to pass on all that is below ${folderOf(trouble.path)}; nginx: location ${folderOf(trouble.path)} { proxy_pass http://127.0.0.1:3000/; … }. ${ask}`,
      }
  }
}

/** Without the port. */
const hostnameIn = (host: string): string => host.replace(/:\d+$/, '')

const folderOf = (path: string): string => path.replace(/[^/]*\/$/, '')

const secondsWords = (ms: number): string => {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 1) return 'less than a second'
  return seconds === 1 ? 'about a second' : `about ${seconds} seconds`
}
