/** What a node knows of why it is, or is not, connected: facts, in the order in which a link comes to exist. */
import type { LinkReason, LinkSnapshot, NodeState } from './grapevine.ts'

export interface Diagnosis {
  readonly name: string
  /** Empty until the key is open. */
  readonly peerId: string
  readonly state: NodeState
  readonly contact: ServerContact
  /** For how long the node has not been registered, milliseconds; 0 while it is. */
  readonly unregisteredMs: number
  /** The servers that this node asks for candidates beyond its own network. */
  readonly iceServers: IceServerCounts
  /** As the address names them, each with its latest try. */
  readonly upstreams: readonly UpstreamDiagnosis[]
  /** Links of either direction that are up or quiet. */
  readonly linksUp: number
  /** Those of them that are quiet. */
  readonly linksQuiet: number
}

export interface IceServerCounts {
  readonly stun: number
  readonly turn: number
  /** Urls that this browser refuses, and entries of the server's list that are no server, in words for a person. */
  readonly leftOut: readonly string[]
}

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

export interface UpstreamDiagnosis {
  readonly link: LinkSnapshot
  /** Whether the server says that it is registered; absent while the server can't be asked. */
  readonly isThere?: boolean
  /** Since it is there and still not linked, milliseconds; 0 while it is linked, not there, or not known to be. */
  readonly failingMs: number
  /** Tries in a row that came to nothing. */
  readonly failedTries: number
  /** The last try that came to nothing had no address of this machine to offer, and none has been found since. */
  readonly isWithoutAddress: boolean
  /** By either side: the upstream dials as well if it names this node. Absent: none since the link ended or the start. */
  readonly latestTry?: TryDiagnosis
}

/** One try to connect. Candidates are the addresses under which a side may be reached. */
export type TryDiagnosis = TryCandidates &
  (
    | { readonly status: 'offered' }
    /** Both descriptions are exchanged, signed and checked; the browsers look for a path. */
    | { readonly status: 'connecting' }
    /** `path`: the kinds of the two candidates that it opened with, if the browser says. */
    | { readonly status: 'open'; readonly path?: CandidatePath }
    | { readonly status: 'failed'; readonly reason: LinkReason }
  )

interface TryCandidates {
  /** Found here, and received from there. */
  readonly gathered: CandidateCounts
  readonly received: CandidateCounts
}

/**
 * `host`: an address of the machine itself, a hidden one (`….local`) included; `srflx`: as a STUN server sees it;
 * `prflx`: as the other side saw it while connecting; `relay`: on a TURN server.
 */
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay'
export type CandidateCounts = Readonly<Record<CandidateType, number>>

export interface CandidatePath {
  readonly local: CandidateType
  readonly remote: CandidateType
}
