import { Backoff } from '../../../client/links/dialling/backoff.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import type { Random } from '../../../client/node/faults/random.ts'
import type { Edge } from '../faults/topology.ts'

export type Side = 'dialler' | 'upstream'

/**
 * The client's limits, but the pauses never exceed the shorter cap. The longer cap protects a page whose upstream has
 * gone for good; here every node comes back.
 */
const pauseLimits = { ...networkLimits, redialLongCapMs: networkLimits.redialCapMs }

/** One end of one life of a link, with its outgoing lane, which keeps the order of packets. */
export class LinkEnd {
  readonly id: number
  readonly node: number
  readonly side: Side
  readonly link: VirtualLink
  isOpen = true
  /** The time at which the last byte that was given to a slow lane is on the wire. */
  freeAtMs = 0
  lastArrivalAtMs = 0
  #far: LinkEnd | undefined

  constructor(id: number, side: Side, link: VirtualLink) {
    this.id = id
    this.node = link.edge[side]
    this.side = side
    this.link = link
  }

  get far(): LinkEnd {
    if (!this.#far) throw new Error(`end ${this.id} of a link was not joined`)
    return this.#far
  }

  join(far: LinkEnd): void {
    this.#far = far
    far.#far = this
  }
}

/** One life of a link: from its opening until both ends have noticed its end. */
export type LinkLife = Readonly<Record<Side, LinkEnd>> & { readonly openedAtMs: number }

/** A link of the topology, up or not, and the faults that act on it. */
export class VirtualLink {
  readonly edge: Edge
  readonly #backoff: Backoff
  life: LinkLife | undefined
  /** Counts the dials, so that a dial gives up once a later one has begun. */
  dials = 0
  /** The link can't be up. */
  isCut = false
  /** The link sends at a low rate. */
  isSlow = false
  /** Whether the packets that this side sends get lost. */
  readonly isSilent: Record<Side, boolean> = { dialler: false, upstream: false }

  constructor(edge: Edge, random: Random) {
    this.edge = edge
    this.#backoff = new Backoff(pauseLimits, random)
  }

  get isUp(): boolean {
    return this.life !== undefined && this.life.dialler.isOpen && this.life.upstream.isOpen
  }

  /** Like the client's dialler, starts with short pauses again after a life that was long enough. */
  ended(nowMs: number): void {
    if (this.life && nowMs - this.life.openedAtMs >= networkLimits.steadyAfterMs) this.#backoff.reset()
  }

  nextPauseMs(): number {
    return this.#backoff.nextMs()
  }

  /** Resets the pauses, as when the server reports that the neighbour is there. */
  resetPauses(): void {
    this.#backoff.reset()
  }
}
