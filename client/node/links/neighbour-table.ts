import type { Link, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
import type { LinkReason, LinkSnapshot, LinkState } from '../api/grapevine.ts'
import type { CloseReason, UpstreamStatus } from '../shared/node-ports.ts'

/** A downstream that was lost without a bye is shown as `down` for so many milliseconds: it may well come back. */
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

/** What the page shows of each neighbour: what the dialler knows of it and what its link says, as one state (P8). */
export class NeighbourTable {
  readonly #upstreams = new Map<NodeName, UpstreamRow>()
  /** Bounded by the links that the core takes, and for the lost ones by `downstreamDownMs` and their number. */
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
    // One row for a neighbour, though what was a downstream is an upstream now.
    this.#downstreams.delete(link.peerId)
    const upstream = link.direction === 'upstream' ? this.#upstreams.get(link.name) : undefined
    if (upstream) {
      upstream.standing = standing
      return
    }
    this.#downstreams.set(link.peerId, { name: link.name, standing })
    this.#forgetLost()
  }

  heard(link: LinkId, liveness: 'up' | 'quiet', roundTrips: RoundTripFigures | undefined): void {
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

  /** Forgets the downstreams that have been down for long; says when to come again. */
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
      // Until it has greeted it is not there yet.
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

  /** The longest lost goes first (a Map's order, renewed with every link). */
  #forgetLost(): void {
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
  // How the link was lost says more than that it was; how the tries since then failed says more still.
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
