import type { NoWebsocket } from './server-contact.ts'

export type NodeState =
  /** What is published now is sent once it runs. `waitsFor`: what has taken longer than a moment. */
  | { readonly status: 'starting'; readonly waitsFor?: StartWait }
  /** Registered with the signalling server. */
  /** `cutAfterMs`: but something on the way ends its websocket again and again, each time about so long after it opened. */
  | { readonly status: 'online'; readonly cutAfterMs?: number }
  /** Links go on; the server is unreachable, and the node keeps trying. */
  | ({ readonly status: 'offline' } & OfflineCause)
  /** Does not run. */
  | NodeError

export type StartWait =
  /** The browser has not said yet whether another tab runs the name. */
  | 'name'
  /** The browser's storage has not answered yet; the key is there. */
  | 'storage'
  /** Nobody runs the name; the server keeps it for its last key for some seconds. */
  | 'reserved-name'

/** Why there is no way to the server, or why it does not register this node. */
export type OfflineCause =
  /** `server-silent` also where the websocket is open, and the server has not answered a request in time. */
  | NoWebsocket
  /** The server is private, and the address has no access token. */
  | { readonly reason: 'token-missing' }
  /** The server is private, and this network's access token is another one than the address has. */
  | { readonly reason: 'access-denied' }
  /** Another key took the name while the server was out of reach. */
  | { readonly reason: 'name-taken' }
  /** And has left again: the server keeps the name for it for some seconds. */
  | { readonly reason: 'name-reserved' }

export type OfflineReason = OfflineCause['reason']

export type NodeError =
  | {
      readonly status: 'error'
      /** Another tab of this browser runs the name / another key holds it on the server. The node keeps trying. */
      readonly reason: 'name-open-here' | 'name-taken'
      readonly name: string
      /** A name that is free, and the address of this page under it. */
      readonly alternative: { readonly name: string; readonly href: string }
    }
  /** The same key registered from elsewhere; this node stopped. */
  | { readonly status: 'error'; readonly reason: 'replaced'; readonly name: string }
  | { readonly status: 'error'; readonly reason: 'webrtc-unavailable' }
  | { readonly status: 'error'; readonly reason: 'stopped' }
  /** A fault of ours, with its message: it is shown rather than hidden. */
  | { readonly status: 'error'; readonly reason: 'fault'; readonly message: string }
