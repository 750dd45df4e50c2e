/** The step that the contact with the signalling server has reached. */
export type ServerContact =
  /** No contact: the node starts, or has stopped. */
  | { readonly step: 'none' }
  /** The first websocket is being opened. */
  | { readonly step: 'connecting' }
  /** No websocket opened; the reason comes from a question over plain http. `tries` counts the failures in a row. */
  | ({ readonly step: 'no-websocket'; readonly tries: number } & NoWebsocket)
  /** The websocket is open, and a registration is under way. */
  | { readonly step: 'registering' }
  /** The server has refused the registration. */
  | { readonly step: 'refused'; readonly reason: RegistrationRefusal }
  /**
   * `cutAfterMs`: a proxy or load balancer cuts the websocket again and again, each time about this many milliseconds after
   * it opened. `isPageOld`: the server serves another build of the page, which a reload loads.
   */
  | { readonly step: 'registered'; readonly cutAfterMs?: number; readonly isPageOld?: boolean }
  /** An open websocket ended; another is being opened. */
  | { readonly step: 'lost' }

/** Why no websocket opens, or none stays open. The server, asked over plain http, gives most of these reasons. */
export type NoWebsocket =
  /** Plain http gets no answer either, or that of a proxy which does not reach the server. */
  | { readonly reason: 'server-unreachable' }
  /** There is no answer yet, over plain http neither; the cause is unknown. */
  | { readonly reason: 'server-silent' }
  /** The server accepts no more sockets from this address, or none at all. */
  | { readonly reason: 'server-refused' }
  /** The server answers plain http and would accept a socket, but no handshake has arrived. */
  | { readonly reason: 'websocket-blocked' }
  /** The handshake arrived at the server as a plain request, or as HTTP/1.0. */
  | { readonly reason: 'upgrade-not-passed' }
  /** The server accepted the socket, and its answer did not arrive. */
  | { readonly reason: 'websocket-held' }
  /** A proxy or load balancer cut several sockets in a row, each about `afterMs` milliseconds after it opened. */
  | { readonly reason: 'websocket-cut'; readonly afterMs: number }
  /** The request named `host`, which is this page's, and the server does not answer to that name. */
  | { readonly reason: 'host-refused'; readonly host: string }
  /** A proxy replaced this page's host with `host`, so the server treats this page, of `origin`, as another site's. */
  | { readonly reason: 'host-not-passed'; readonly host: string; readonly origin: string }
  /** A proxy replaced this page's origin with `origin`. */
  | { readonly reason: 'origin-rewritten'; readonly origin: string }
  /** The server accepts no page of this page's origin, `origin`. */
  | { readonly reason: 'origin-refused'; readonly origin: string }
  /** Another program answers at the path of the signalling, with this status; 0 if it redirects. */
  | { readonly reason: 'path-not-forwarded'; readonly path: string; readonly httpStatus: number }

type RegistrationRefusal =
  | 'name-taken'
  | 'name-reserved'
  | 'token-missing'
  | 'access-denied'
  | 'server-refused'
  | 'no-acknowledgement'
