import type { LogId } from './block.ts'
import type { GossipLimits } from './limits.ts'
import type { PeerId } from './peer-id.ts'

/** One tree: whom this node does not push to. Whoever is not lazy is eager. */
interface Tree {
  readonly lazy: Set<PeerId>
  /** Whether somebody was chosen or pruned already; until then it is as it began. */
  hasBegun: boolean
}

/**
 * Whom to push which log to (Plumtree: Leitão, Pereira, Rodrigues 2007, one tree per log as in SSB's
 * epidemic-broadcast-trees). Bounded: `ownTrees` trees at most, and one that all other logs share.
 * Keyed by PeerId, not by link: a neighbour that comes back has the place in the trees that it had.
 */
export class BroadcastTrees {
  readonly #limits: GossipLimits
  readonly #random: () => number
  readonly #own = new Map<LogId, Tree>()
  readonly #shared: Tree = { lazy: new Set(), hasBegun: false }
  /** The neighbours that have a place, the one here last at the end (a Set's order). */
  readonly #members = new Set<PeerId>()

  constructor(limits: GossipLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  /** The author's word for its log, taken with the first block while there is room. */
  open(log: LogId, wantsOwn: boolean): void {
    if (!wantsOwn || this.#own.has(log) || this.#own.size >= 2 * this.#limits.ownTrees) return
    this.#own.set(log, { lazy: new Set(), hasBegun: false })
  }

  close(log: LogId): void {
    this.#own.delete(log)
  }

  hasOwn(log: LogId): boolean {
    return this.#own.has(log)
  }

  isEager(log: LogId, peer: PeerId): boolean {
    return !this.#tree(log).lazy.has(peer)
  }

  makeEager(log: LogId, peer: PeerId): void {
    this.#tree(log).lazy.delete(peer)
  }

  makeLazy(log: LogId, peer: PeerId): void {
    this.#tree(log).lazy.add(peer)
  }

  /**
   * Before a log's first block is passed on. In a sparse network all begin eager, and pruning the copies leaves
   * shortest paths. In a dense one the author reaches all, and the others pass it on to few.
   */
  begin(log: LogId, neighbours: readonly PeerId[], from: PeerId | undefined): void {
    const tree = this.#tree(log)
    if (tree.hasBegun) return
    tree.hasBegun = true
    if (from === undefined || neighbours.length <= this.#limits.denseLinks) return
    const others = neighbours.filter((peer) => peer !== from)
    for (let count = others.length; count > this.#limits.denseFanout; count -= 1) {
      const [peer] = others.splice(Math.floor(this.#random() * others.length), 1)
      if (peer) tree.lazy.add(peer)
    }
  }

  /**
   * A neighbour has come. One that was here before has its place still. One that is new is eager, and pruned where it
   * is superfluous; in a dense network it hears by announcement, and grafts what it needs.
   */
  join(peer: PeerId, links: number): void {
    const isNew = !this.#members.delete(peer)
    this.#members.add(peer)
    if (isNew && links > this.#limits.denseLinks) {
      for (const tree of this.#trees()) if (tree.hasBegun) tree.lazy.add(peer)
    }
    for (const oldest of this.#members) {
      if (this.#members.size <= this.#limits.rememberedNeighbours) return
      this.#members.delete(oldest)
      for (const tree of this.#trees()) tree.lazy.delete(oldest)
    }
  }

  #trees(): Tree[] {
    return [this.#shared, ...this.#own.values()]
  }

  #tree(log: LogId): Tree {
    return this.#own.get(log) ?? this.#shared
  }
}
