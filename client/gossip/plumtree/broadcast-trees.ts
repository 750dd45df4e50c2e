import type { LogId } from '../wire/block.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** The nodes with a link to this one. */
type Neighbours = Pick<ReadonlySet<PeerId>, 'has' | 'size'>

/** The lazy neighbours of a log: one bit for each place of `Members`. All others are eager. */
type Lazy = Uint32Array<ArrayBuffer>

/**
 * To which neighbours each log is pushed: one tree for each log (Plumtree: Leitão, Pereira, Rodrigues 2007; one tree for
 * each log as in SSB's epidemic-broadcast-trees). Bounded by the logs held and by
 * the authors of ephemeral messages, 32 bytes each.
 */
export class BroadcastTrees {
  readonly #limits: GossipLimits
  readonly #random: () => number
  readonly #members: Members
  readonly #trees = new Map<LogId, Lazy>()

  constructor(limits: GossipLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
    this.#members = new Members(limits.rememberedNeighbours)
  }

  has(log: LogId): boolean {
    return this.#trees.has(log)
  }

  /**
   * Adds the tree of a log that is new here (T2): a copy of its model's tree if the author named a model. Otherwise all
   * neighbours begin eager, and pruning leaves the shortest paths. In a dense network only the author pushes to all.
   */
  add(log: LogId, model: LogId | undefined, neighbours: readonly PeerId[], from: PeerId | undefined): void {
    if (this.#trees.has(log)) return
    const copy = model && this.#trees.get(model)?.slice()
    this.#trees.set(log, copy ?? new Uint32Array(this.#members.words))
    if (copy || from === undefined || neighbours.length <= this.#limits.denseLinks) return
    const others = neighbours.filter((peer) => peer !== from)
    for (let count = others.length; count > this.#limits.denseFanout; count -= 1) {
      const [peer] = others.splice(Math.floor(this.#random() * others.length), 1)
      if (peer) this.makeLazy(log, peer)
    }
  }

  remove(log: LogId): void {
    this.#trees.delete(log)
  }

  /** The present neighbours to which the log is pushed. Costs as much as they are, however many lazy ones there are. */
  eager(log: LogId): readonly PeerId[] {
    const lazy = this.#trees.get(log)
    const { present } = this.#members
    const peers: PeerId[] = []
    for (let index = 0; index < present.length; index += 1) {
      for (let bits = (present[index] ?? 0) & ~(lazy?.[index] ?? 0); bits !== 0; bits &= bits - 1) {
        const peer = this.#members.at(32 * index + 31 - Math.clz32(bits & -bits))
        if (peer !== undefined) peers.push(peer)
      }
    }
    return peers
  }

  isEager(log: LogId, peer: PeerId): boolean {
    const lazy = this.#trees.get(log)
    const place = this.#members.placeOf(peer)
    return !lazy || place === undefined || !hasBit(lazy, place)
  }

  makeEager(log: LogId, peer: PeerId): void {
    const lazy = this.#trees.get(log)
    const place = this.#members.placeOf(peer)
    if (lazy && place !== undefined) setBit(lazy, place, false)
  }

  makeLazy(log: LogId, peer: PeerId): void {
    const lazy = this.#trees.get(log)
    const place = this.#members.placeOf(peer)
    if (lazy && place !== undefined) setBit(lazy, place, true)
  }

  /**
   * A neighbour has come. If it was here before, it still has its place in the trees. If it is new, it begins eager and is
   * pruned where it is superfluous. In a dense network it begins lazy and grafts what it needs.
   */
  join(peer: PeerId, neighbours: Neighbours): void {
    const { place, isNew } = this.#members.join(peer, neighbours)
    if (!isNew) return
    const isLazy = neighbours.size > this.#limits.denseLinks
    for (const lazy of this.#trees.values()) setBit(lazy, place, isLazy)
  }

  /** A neighbour has gone. Its place in the trees stays. */
  leave(peer: PeerId): void {
    this.#members.leave(peer)
  }
}

/**
 * The places of neighbours in the trees, by PeerId and not by link: a neighbour that comes back finds its own place. If no
 * place is free, the absent neighbour that came longest ago loses its place (a Map's order).
 */
class Members {
  readonly words: number
  /** One bit for each place whose neighbour is here. */
  readonly present: Uint32Array<ArrayBuffer>
  readonly #size: number
  readonly #places = new Map<PeerId, number>()
  readonly #peers: PeerId[] = []

  constructor(size: number) {
    this.#size = size
    this.words = Math.ceil(size / 32)
    this.present = new Uint32Array(this.words)
  }

  at(place: number): PeerId | undefined {
    return this.#peers[place]
  }

  leave(peer: PeerId): void {
    const place = this.#places.get(peer)
    if (place !== undefined) setBit(this.present, place, false)
  }

  placeOf(peer: PeerId): number | undefined {
    return this.#places.get(peer)
  }

  join(peer: PeerId, neighbours: Neighbours): { readonly place: number; readonly isNew: boolean } {
    const known = this.#places.get(peer)
    const place = known ?? this.#free(neighbours)
    this.#places.delete(peer)
    this.#places.set(peer, place)
    this.#peers[place] = peer
    setBit(this.present, place, true)
    return { place, isNew: known === undefined }
  }

  #free(neighbours: Neighbours): number {
    if (this.#places.size < this.#size) return this.#places.size
    for (const [peer, place] of this.#places) {
      if (neighbours.has(peer)) continue
      this.#places.delete(peer)
      return place
    }
    throw new Error('more neighbours than are remembered')
  }
}

const hasBit = (words: Lazy, bit: number): boolean => ((words[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0

const setBit = (words: Lazy, bit: number, isSet: boolean): void => {
  const word = words[bit >> 5] ?? 0
  const mask = 1 << (bit & 31)
  words[bit >> 5] = isSet ? word | mask : word & ~mask
}
