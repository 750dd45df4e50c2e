import { Backoff } from '../../client/links/dialling/backoff.ts'
import { networkLimits } from '../../client/links/shared/limits.ts'
import type { Random } from './random.ts'
import type { Edge } from './topology.ts'

export type Side = 'dialler' | 'upstream'

/**
 * As the client's, but never more than its shorter cap: the longer one spares a page that dials somebody who is gone for
 * good, and here everybody comes back.
 */
const pauseLimits = { ...networkLimits, redialLongCapMs: networkLimits.redialCapMs }

/** One end of one life of a link, and the lane out of it: first in, first out. */
export class LinkEnd {
  readonly id: number
  readonly node: number
  readonly side: Side
  readonly link: VirtualLink
  isOpen = true
  /** When the last byte that was given to a slow lane is on the wire. */
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

/** One life of a link: from its opening until both ends know that it is over. */
export type LinkLife = Readonly<Record<Side, LinkEnd>> & { readonly openedAtMs: number }

/** A link that the topology wants, up or not, and what faults do to it. */
export class VirtualLink {
  readonly edge: Edge
  readonly #backoff: Backoff
  life: LinkLife | undefined
  /** Counts the dials, so that one that was overtaken is given up. */
  dials = 0
  /** Can't be up. */
  isCut = false
  /** Sends over a narrow wire. */
  isSlow = false
  /** What that side sends vanishes. */
  readonly isSilent: Record<Side, boolean> = { dialler: false, upstream: false }

  constructor(edge: Edge, random: Random) {
    this.edge = edge
    this.#backoff = new Backoff(pauseLimits, random)
  }

  get isUp(): boolean {
    return this.life !== undefined && this.life.dialler.isOpen && this.life.upstream.isOpen
  }

  /** As the client's dialler: after a steady life the pauses start small again. */
  ended(nowMs: number): void {
    if (this.life && nowMs - this.life.openedAtMs >= networkLimits.steadyAfterMs) this.#backoff.reset()
  }

  nextPauseMs(): number {
    return this.#backoff.nextMs()
  }

  /** As after news from the server that the neighbour is there. */
  resetPauses(): void {
    this.#backoff.reset()
  }
}
