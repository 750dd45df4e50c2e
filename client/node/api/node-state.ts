import type { NoWebsocket } from './server-contact.ts'

export type NodeState =
  /** Entries published now are sent once the node runs. `waitsFor`: the step that takes long. */
  | { readonly status: 'starting'; readonly waitsFor?: StartWait }
  /**
   * Registered with the signalling server. `cutAfterMs`: a proxy or load balancer cuts the websocket again and again, each
   * time about this many milliseconds after it opened.
   */
  | { readonly status: 'online'; readonly cutAfterMs?: number }
  /** Not registered. Links go on, and the node tries again. */
  | ({ readonly status: 'offline' } & OfflineCause)
  /** The node does not run. */
  | NodeErrorState

/** The step of the start that takes longer than 2 s. */
export type StartWait =
  /** The browser has not reported yet whether another tab runs the name. */
  | 'name'
  /** The browser's storage, which holds the key, has not answered yet. */
  | 'storage'
  /** No node runs the name; the server reserves it for its last key for some seconds. */
  | 'reserved-name'

/** Why the server is not reachable, or does not register this node. */
export type OfflineCause =
  /** `server-silent` also if the websocket is open and the server does not answer a request in time. */
  | NoWebsocket
  /** The server is private, and the address has no access token. */
  | { readonly reason: 'token-missing' }
  /** The server is private, and the access token in the address is not the one of this network. */
  | { readonly reason: 'access-denied' }
  /** Another key registered the name while the server was unreachable. */
  | { readonly reason: 'name-taken' }
  /** That other key has left again; the server reserves the name for it for some seconds. */
  | { readonly reason: 'name-reserved' }

export type OfflineReason = OfflineCause['reason']

/** Why the node does not run. */
export type NodeErrorState =
  | {
      readonly status: 'error'
      /**
       * `name-open-here`: another tab of this browser runs the name. `name-taken`: another key has registered it. The node
       * keeps trying, and runs when the name becomes free.
       */
      readonly reason: 'name-open-here' | 'name-taken'
      readonly name: string
      /** A free name, and the address of this page with it, from the option `alternative`. */
      readonly alternative?: { readonly name: string; readonly href: string }
    }
  /** The same key has registered the name from elsewhere; this node has stopped. */
  | { readonly status: 'error'; readonly reason: 'replaced'; readonly name: string }
  /** The browser has no WebRTC. */
  | { readonly status: 'error'; readonly reason: 'webrtc-unavailable' }
  /** `stop()` was called. */
  | { readonly status: 'error'; readonly reason: 'stopped' }
  /** An unexpected error, with its message. */
  | { readonly status: 'error'; readonly reason: 'fault'; readonly message: string }
