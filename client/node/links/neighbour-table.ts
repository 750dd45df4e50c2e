import type { Link, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
import type { LinkReason, LinkSnapshot, LinkState } from '../api/grapevine.ts'
import type { CloseReason, UpstreamStatus } from '../shared/node-ports.ts'

/** Milliseconds for which a downstream that was lost without a bye is shown as `down`: it may come back. */
const downstreamDownMs = 60_000

type Standing =
  /** Never up yet, or gone with a bye. */
  | { readonly type: 'absent' }
  | {
      readonly type: 'linked'
      readonly link: LinkId
      liveness: 'greeting' | 'up' | 'quiet'
      roundTrips: RoundTripFigures | undefined
    }
  | { readonly type: 'lost'; readonly reason: LinkReason; readonly at: number }

interface UpstreamRow {
  status: UpstreamStatus
  /** Since this page was loaded. */
  hasBeenUp: boolean
  standing: Standing
}

interface DownstreamRow {
  readonly name: NodeName
  standing: Standing
}

/** One row for each neighbour, as the page shows it: the state of the dialler and that of the link in one (P8). */
export class NeighbourTable {
  readonly #upstreams = new Map<NodeName, UpstreamRow>()
  /** Bounded by the links that the core accepts; the lost ones by `downstreamDownMs` and their number. */
  readonly #downstreams = new Map<PeerId, DownstreamRow>()
  readonly #maxDownstreams: number

  constructor(maxDownstreams: number) {
    this.#maxDownstreams = maxDownstreams
  }

  upstream(status: UpstreamStatus): void {
    const row = this.#upstreams.get(status.name)
    if (row) row.status = status
    else this.#upstreams.set(status.name, { status, hasBeenUp: false, standing: { type: 'absent' } })
  }

  linked(link: Link): void {
    const standing: Standing = { type: 'linked', link: link.id, liveness: 'greeting', roundTrips: undefined }
    // A neighbour has one row: a former downstream may be an upstream now.
    this.#downstreams.delete(link.peerId)
    const upstream = link.direction === 'upstream' ? this.#upstreams.get(link.name) : undefined
    if (upstream) {
      upstream.standing = standing
      return
    }
    this.#downstreams.set(link.peerId, { name: link.name, standing })
    this.#trimLost()
  }

  /** The core's latest figures for an open link. */
  measured(link: LinkId, liveness: 'up' | 'quiet', roundTrips: RoundTripFigures | undefined): void {
    const row = this.#rowOf(link)
    if (row?.standing.type !== 'linked') return
    row.standing.liveness = liveness
    row.standing.roundTrips = roundTrips
    if ('hasBeenUp' in row) row.hasBeenUp = true
  }

  closed(link: LinkId, closeReason: CloseReason, now: number): void {
    const row = this.#rowOf(link)
    const reason = lossReason(closeReason)
    // A link that never greeted was never up; only these two reasons are shown for it.
    const hasBeenUp = row?.standing.type === 'linked' && row.standing.liveness !== 'greeting'
    if (row && reason && (hasBeenUp || reason === 'wrong-version' || reason === 'misbehaved')) {
      row.standing = { type: 'lost', reason, at: now }
      return
    }
    if (row) row.standing = { type: 'absent' }
    for (const [peerId, downstream] of this.#downstreams) if (downstream === row) this.#downstreams.delete(peerId)
  }

  clear(): void {
    this.#upstreams.clear()
    this.#downstreams.clear()
  }

  /** Removes the downstreams that have been down for long. Returns when the next one is due; Infinity: none. */
  expire(now: number): number {
    let nextAt = Infinity
    for (const [peerId, { standing }] of this.#downstreams) {
      if (standing.type !== 'lost') continue
      const expiresAt = standing.at + downstreamDownMs
      if (now >= expiresAt) this.#downstreams.delete(peerId)
      else nextAt = Math.min(nextAt, expiresAt)
    }
    return nextAt
  }

  snapshots(): LinkSnapshot[] {
    const upstreams = [...this.#upstreams.values()].map(({ status, hasBeenUp, standing }) => {
      const reason = status.reason === 'not-there' && hasBeenUp ? 'gone' : status.reason
      const row = snapshot('upstream', status.name, status.peerId, upstreamState(status, standing), standing, reason)
      return reason === 'not-there' && status.similar !== undefined ? withSimilar(row, status.similar) : row
    })
    const downstreams = [...this.#downstreams].flatMap(([peerId, { name, standing }]) => {
      // A downstream is shown once it has greeted.
      if (standing.type === 'linked' && standing.liveness === 'greeting') return []
      const state = standing.type === 'linked' ? (standing.liveness as LinkState) : 'down'
      return [snapshot('downstream', name, peerId, state, standing, undefined)]
    })
    return [...upstreams, ...downstreams]
  }

  #rowOf(link: LinkId): UpstreamRow | DownstreamRow | undefined {
    for (const row of [...this.#upstreams.values(), ...this.#downstreams.values()]) {
      if (row.standing.type === 'linked' && row.standing.link === link) return row
    }
    return undefined
  }

  /** Removes the downstreams that were lost first: a `Map` keeps insertion order, and every link inserts its row anew. */
  #trimLost(): void {
    for (const [peerId, { standing }] of this.#downstreams) {
      if (this.#downstreams.size <= this.#maxDownstreams) return
      if (standing.type === 'lost') this.#downstreams.delete(peerId)
    }
  }
}

/** Undefined: one side left on purpose, so no link was lost. */
const lossReason = (reason: CloseReason): LinkReason | undefined => {
  switch (reason) {
    case 'said-bye':
    case 'stopped':
    case 'aborted':
      return undefined
    case 'too-many-links':
      return 'peer-full'
    default:
      return reason
  }
}

const upstreamState = (status: UpstreamStatus, standing: Standing): LinkState => {
  if (standing.type === 'lost') return 'down'
  if (standing.type === 'linked') return standing.liveness === 'greeting' ? 'dialling' : standing.liveness
  return status.phase === 'waiting' ? 'waiting' : 'dialling'
}

const withSimilar = (row: LinkSnapshot, similar: string): LinkSnapshot => ({ ...row, similar })

const snapshot = (
  direction: LinkSnapshot['direction'],
  peer: string,
  peerId: PeerId | undefined,
  state: LinkState,
  standing: Standing,
  dialReason: LinkReason | undefined,
): LinkSnapshot => {
  const roundTrips = standing.type === 'linked' ? standing.roundTrips : undefined
  // The reason of a failed try since then tells most, then the reason why the link was lost.
  const lostReason = standing.type === 'lost' ? standing.reason : undefined
  const reason = dialReason === undefined || dialReason === 'connection-lost' ? (lostReason ?? dialReason) : dialReason
  return {
    peer,
    direction,
    state,
    ...(peerId && { peerId }),
    ...(roundTrips && { rttMs: roundTrips.latestMs, roundTrips }),
    ...(reason && state !== 'up' && { reason }),
  }
}
