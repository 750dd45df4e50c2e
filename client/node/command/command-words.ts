/** What the command prints: what happened, and what to do. */
import type { LinkReason, LinkSnapshot, NodeErrorState, NodeEvents, OfflineCause } from '../api/grapevine.ts'
import type { RunOptions } from './command-options.ts'

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

export const upLine = (options: RunOptions, peerId: string, messages: number): string =>
  `${options.name} is up: PeerId ${peerId}, network ${options.net}, server ${String(options.server)}, ` +
  `${count(messages, 'message')} in ${options.folder}`

/** Undefined if nothing has changed that a person should know. */
export const linkLine = (link: NodeEvents['link'], before: LinkSnapshot['state'] | undefined): string | undefined => {
  if ('removed' in link) return before === undefined ? undefined : `link to ${link.peer}: ended`
  if (link.state === before) return undefined
  const reason = link.reason ? reasonWords[link.reason] : undefined
  return `link to ${link.peer}: ${link.state}${reason && link.state !== 'up' ? ` (${reason})` : ''}`
}

const reasonWords: Readonly<Partial<Record<LinkReason, string>>> = {
  'not-there': 'no node with this name is registered: check --peer, or open it',
  gone: 'it is no longer registered',
  'said-bye': 'it has closed',
  silent: 'silent for 20 s',
  'connection-lost': 'the connection broke',
  'no-answer': 'it does not answer',
  'connect-timeout': 'no connection opened within 15 s: check firewalls between the two machines',
  'no-path': 'no path between the two machines: check firewalls; across the internet the server needs TURN',
  'bad-signature': 'the answer’s signature is wrong: somebody interferes',
  'key-changed':
    'it has another key than before. If that is right, delete known-keys.json in the data folder and restart',
  'wrong-key': 'it has another key than --peer names',
  'peer-full': 'it accepts no more neighbours',
  'peer-busy': 'it is busy; trying again',
  'webrtc-failed': 'no connection could be made',
  'server-offline': 'the server is not reachable, so it can’t introduce the two nodes',
  'wrong-version': 'it speaks another version: update the older of the two',
}

export const offlineLine = (cause: OfflineCause, { server, name }: RunOptions): string => {
  const address = String(server)
  switch (cause.reason) {
    case 'token-missing':
      return `${address} is private. Give its access token with --token or GRAPEVINE_TOKEN.`
    case 'access-denied':
      return `${address} refuses the access token. Check --token and --net.`
    case 'name-taken':
      return `another key has registered the name ${name} at ${address}. Close that node, or choose another --id. Trying again.`
    case 'name-reserved':
      return `${address} reserves the name ${name} for its last key for some seconds. Trying again.`
    case 'path-not-forwarded':
      return `another program answers at ${address} (status ${cause.httpStatus}). Check --server. Trying again.`
    case 'host-refused':
      return `the server at ${address} does not answer to the name ${cause.host}: add it to its ALLOWED_HOSTS. Trying again.`
    case 'websocket-blocked':
    case 'upgrade-not-passed':
    case 'websocket-held':
    case 'websocket-cut':
      return `a proxy before ${address} does not let websockets through (${cause.reason}). Trying again; links go on.`
    default:
      return `${address} is not reachable (${cause.reason}). Is the server running? Trying again; links go on.`
  }
}

export const errorLine = (state: NodeErrorState, options: RunOptions): string => {
  switch (state.reason) {
    case 'name-open-here':
      return `another process runs ${options.name} with the data in ${options.folder}. Stop it, or choose another --id or --data.`
    case 'name-taken':
      return offlineLine({ reason: 'name-taken' }, options)
    case 'replaced':
      return `${options.name} was started elsewhere with the same key, so this process ends. Run each key once.`
    case 'fault':
      return `the node does not run: ${state.message}`
    default:
      return `the node does not run: ${state.reason}`
  }
}

export const failureLine = (error: unknown, { folder }: RunOptions): string => {
  const why = error instanceof Error ? error.message : String(error)
  return `can’t store in ${folder}: ${why}. The node goes on in memory, and tries again every 10 s: make room on the disk, or make the folder writable and restart.`
}
