/** How far the way to the signalling server goes, as last seen. */
export type ServerContact =
  /** Not asked yet, or never again: the node starts, or has stopped. */
  | { readonly step: 'none' }
  /** A websocket is being opened for the first time. */
  | { readonly step: 'connecting' }
  /** No websocket came up, and what plain http says of it. `tries` counts those in a row. */
  | ({ readonly step: 'no-websocket'; readonly tries: number } & NoWebsocket)
  /** The websocket is open, and the server has been asked for the name. */
  | { readonly step: 'registering' }
  | { readonly step: 'refused'; readonly reason: RegistrationRefusal }
  /**
   * `cutAfterMs`: something on the way ends the websocket again and again, each time about so long after it opened.
   * `isPageOld`: the server's page is another build than this one, which a reload brings.
   */
  | { readonly step: 'registered'; readonly cutAfterMs?: number; readonly isPageOld?: boolean }
  /** An open websocket ended; another is being opened. */
  | { readonly step: 'lost' }

/** Why no websocket comes up, or none that stays. What is more than a guess comes from the server, asked by plain http. */
export type NoWebsocket =
  /** Plain http is not answered either, or by a proxy that does not reach the server. */
  | { readonly reason: 'server-unreachable' }
  /** Nobody has answered yet, plain http neither: why is not known. */
  | { readonly reason: 'server-silent' }
  /** The server takes no more sockets, of this address or at all. */
  | { readonly reason: 'server-refused' }
  /** The server answers plain http and would take the socket, but has seen none. */
  | { readonly reason: 'websocket-blocked' }
  /** The handshake came to the server as a plain request, or as HTTP/1.0. */
  | { readonly reason: 'upgrade-not-passed' }
  /** The server let the socket in, and its answer did not come here. */
  | { readonly reason: 'websocket-held' }
  /** Several sockets in a row were ended by something on the way, each about so long after it opened. */
  | { readonly reason: 'websocket-cut'; readonly afterMs: number }
  /** The server was asked for `host`, this page's, which is none of the names that it answers to. */
  | { readonly reason: 'host-refused'; readonly host: string }
  /** The server was asked for `host`, not for this page's, and so takes this page, of `origin`, for another site's. */
  | { readonly reason: 'host-not-passed'; readonly host: string; readonly origin: string }
  /** The server was told that this page's origin is `origin`, which it is not. */
  | { readonly reason: 'origin-rewritten'; readonly origin: string }
  /** The server takes no page of this page's origin, `origin`. */
  | { readonly reason: 'origin-refused'; readonly origin: string }
  /** Something else answers at the path of the signalling, with this status; 0 if it sends elsewhere. */
  | { readonly reason: 'path-not-forwarded'; readonly path: string; readonly httpStatus: number }

type RegistrationRefusal =
  | 'name-taken'
  | 'name-reserved'
  | 'token-missing'
  | 'access-denied'
  | 'server-refused'
  | 'no-acknowledgement'
