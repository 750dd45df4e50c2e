/** Why a node is, or is not, connected: what it knows of each step, in the order in which a link is made. */
import type { LinkReason, LinkSnapshot } from './link-snapshot.ts'
import type { NodeState } from './node-state.ts'
import type { ServerContact } from './server-contact.ts'

export interface Diagnosis {
  readonly name: string
  /** Empty until the node has loaded its key. */
  readonly peerId: string
  readonly state: NodeState
  /**
   * Where the node runs: in a worker, or in the page where the browser can't move data channels into workers. `process`: in
   * Node.js, on its one thread.
   */
  readonly thread: 'worker' | 'page' | 'process'
  readonly contact: ServerContact
  /** Milliseconds since the node was last registered, or since its start; 0 while it is registered. */
  readonly unregisteredMs: number
  /** The STUN and TURN servers that this node uses. */
  readonly iceServers: IceServerCounts
  /** The upstreams of the address, each with its latest try. */
  readonly upstreams: readonly UpstreamDiagnosis[]
  /** Links of either direction that are up or quiet. */
  readonly linksUp: number
  /** How many of `linksUp` are quiet. */
  readonly linksQuiet: number
}

export interface IceServerCounts {
  readonly stun: number
  readonly turn: number
  /** Urls that this browser refuses, and malformed entries of the server's list, as text for a person. */
  readonly leftOut: readonly string[]
}

export interface UpstreamDiagnosis {
  readonly link: LinkSnapshot
  /** Whether the upstream is registered, by the server's report; absent while the server is not reachable. */
  readonly isThere?: boolean
  /** Milliseconds for which the upstream has been registered and not linked; 0 while it is linked or not known to be there. */
  readonly failingMs: number
  /** Failed tries in a row. */
  readonly failedTries: number
  /** The last failed try found no address of this machine, and none has been found since. */
  readonly isWithoutAddress: boolean
  /** By either side: an upstream that names this node dials too. Absent: no try since the start or the last link's end. */
  readonly latestTry?: TryDiagnosis
}

/** One try to connect. Candidates are addresses at which a side may be reachable. */
export type TryDiagnosis = TryCandidates &
  /** The offer has no answer yet. */
  (
    | { readonly status: 'offered' }
    /** Offer and answer are exchanged and verified; the browsers look for a path. */
    | { readonly status: 'connecting' }
    /** The link is open. `path`: the types of the two candidates in use, if the browser reports them. */
    | { readonly status: 'open'; readonly path?: CandidatePath }
    | { readonly status: 'failed'; readonly reason: LinkReason }
  )

interface TryCandidates {
  /** `gathered` by this side, `received` from the other. */
  readonly gathered: CandidateCounts
  readonly received: CandidateCounts
}

/**
 * Candidate types of RFC 8445. `host`: an address of the machine itself, also one hidden by mDNS (`….local`). `srflx`: as a
 * STUN server sees the machine. `prflx`: as the other side saw it while connecting. `relay`: an address on a TURN server.
 */
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay'
export type CandidateCounts = Readonly<Record<CandidateType, number>>

export interface CandidatePath {
  readonly local: CandidateType
  readonly remote: CandidateType
}
