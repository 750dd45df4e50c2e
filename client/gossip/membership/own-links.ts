import { BoundedMap } from '../bounds/bounded-map.ts'
import type { AnnouncedLink } from '../wire/announcement.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LinkId } from '../wire/link.ts'
import type { Neighbour } from '../links/neighbour.ts'
import { wholeMs } from '../wire/hop.ts'
import type { PeerId } from '../wire/peer-id.ts'

interface GoneLink {
  readonly link: AnnouncedLink
  readonly at: number
}

/** This node's greeted links, as it announces them: the present ones, and for some seconds the ended ones. */
export class OwnLinks {
  readonly #limits: GossipLimits
  readonly #neighbours = new Map<LinkId, Neighbour>()
  /** Bounded by the room that an announcement has beside the present links. */
  readonly #gone: BoundedMap<PeerId, GoneLink>

  constructor(limits: GossipLimits) {
    this.#limits = limits
    this.#gone = new BoundedMap(limits.maxAnnouncedLinks - limits.maxLinks)
  }

  get size(): number {
    return this.#neighbours.size
  }

  greeted(neighbour: Neighbour): void {
    this.#neighbours.set(neighbour.identity.link, neighbour)
    this.#gone.delete(neighbour.identity.peerId)
  }

  /** False: the neighbour had not greeted. */
  ended(neighbour: Neighbour, now: number): boolean {
    const { link, peerId } = neighbour.identity
    if (!this.#neighbours.delete(link)) return false
    // There is a newer link to the same node.
    if (this.hasLinkTo(peerId)) return true
    this.#gone.set(peerId, { link: { ...announced(neighbour), state: 'gone', rttMs: undefined }, at: now })
    return true
  }

  hasLinkTo(peerId: PeerId): boolean {
    for (const { identity } of this.#neighbours.values()) if (identity.peerId === peerId) return true
    return false
  }

  /** Each neighbour once, by its newest link. */
  list(now: number): AnnouncedLink[] {
    const { goneListedMs, maxAnnouncedLinks } = this.#limits
    const links = new Map<PeerId, AnnouncedLink>()
    for (const neighbour of this.#neighbours.values()) links.set(neighbour.identity.peerId, announced(neighbour))
    for (const [peerId, { link, at }] of this.#gone) {
      if (now - at >= goneListedMs) this.#gone.delete(peerId)
      else links.set(peerId, link)
    }
    return [...links.values()].slice(0, maxAnnouncedLinks)
  }
}

const announced = ({ identity, liveness, roundTrips: { latestMs: rttMs } }: Neighbour): AnnouncedLink => ({
  peerId: identity.peerId,
  name: identity.name,
  direction: identity.direction,
  state: liveness,
  rttMs: rttMs === undefined ? undefined : wholeMs(rttMs),
})
