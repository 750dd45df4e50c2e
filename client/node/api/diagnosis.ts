/** What a node knows of why it is, or is not, connected: facts, in the order in which a link comes to exist. */
import type { LinkReason, LinkSnapshot } from './link-snapshot.ts'
import type { NodeState } from './node-state.ts'
import type { ServerContact } from './server-contact.ts'

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
