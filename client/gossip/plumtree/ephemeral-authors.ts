import { BoundedMap } from '../bounds/bounded-map.ts'
import { mostBrought } from '../bounds/fair-records.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { NumberWindow } from '../bounds/number-window.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'
import type { LogId } from '../wire/block.ts'
import type { EphemeralDrop, SignedEphemeral } from '../wire/ephemeral.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** The ephemeral messages of one page load. */
export interface EphemeralStream {
  readonly log: LogId
  readonly window: NumberWindow
  /** The neighbour that pushes them; undefined: none does, or they are this node's own. */
  parent: PeerId | undefined
  /** When that neighbour last pushed a message that was new. */
  pushedAt: number
  /** When one of them last went to all neighbours. */
  floodedAt: number
}

interface Author {
  /** The count of its latest epoch. */
  readonly count: number
  /** By epoch. A node that can't store its count begins each page load with the same one. */
  readonly streams: BoundedMap<string, EphemeralStream>
  readonly rate: TokenBucket
  readonly broughtBy: PeerId | undefined
}

/** Page loads with one count of which the latest messages are known. */
const twins = 2

/**
 * Which ephemeral messages have come, by author: none is delivered twice (E3).
 *  1. Nothing is remembered for a message whose signature is not checked.
 *  2. There are at most `maxEphemeralAuthors`. Above that, the neighbour that brought most of them loses its idlest one.
 */
export class EphemeralAuthors {
  readonly #limits: GossipLimits
  /** The idlest first (a Map's order). */
  readonly #authors = new Map<PeerId, Author>()
  readonly #forgotten: (log: LogId) => void

  /** `forgotten` is called for each page load of which nothing is known any more. */
  constructor(limits: GossipLimits, forgotten: (log: LogId) => void) {
    this.#limits = limits
    this.#forgotten = forgotten
  }

  stream({ author, epoch }: SignedEphemeral): EphemeralStream | undefined {
    return this.#authors.get(author)?.streams.get(epoch)
  }

  /** Gives why a message is not worth verifying, or must not be delivered; nothing if it may be new. */
  refusal(message: SignedEphemeral): Exclude<EphemeralDrop, 'too-many-ephemerals'> | undefined {
    const author = this.#authors.get(message.author)
    if (author && countOf(message.epoch) < author.count) return 'old-ephemeral'
    const status = author?.streams.get(message.epoch)?.window.statusOf(message.number)
    if (status === 'known') return 'ephemeral-copy'
    return status === 'old' ? 'old-ephemeral' : undefined
  }

  /** Notes a message that is verified and new. Undefined: its author sends too many. */
  add(message: SignedEphemeral, from: PeerId | undefined, cost: number, now: number): EphemeralStream | undefined {
    const author = this.#renew(message, from, now)
    if (from !== undefined && !author.rate.spend(cost, now)) return undefined
    let stream = author.streams.get(message.epoch)
    if (!stream) {
      const [oldest] = author.streams.size >= twins ? author.streams.values() : []
      if (oldest) this.#forgotten(oldest.log)
      const { log } = message
      const window = new NumberWindow(this.#limits.ephemeralWindow)
      stream = { log, window, parent: undefined, pushedAt: now, floodedAt: -Infinity }
      author.streams.set(message.epoch, stream)
    }
    stream.window.add(message.number)
    return stream
  }

  #renew({ author: peerId, epoch }: SignedEphemeral, from: PeerId | undefined, now: number): Author {
    const { ephemeralBurstBytes, ephemeralBytesPerSecond, maxEphemeralAuthors } = this.#limits
    const known = this.#authors.get(peerId)
    this.#authors.delete(peerId)
    if (!known && this.#authors.size >= maxEphemeralAuthors) this.#makeRoom()
    const count = countOf(epoch)
    const isNewer = !known || count > known.count
    if (known && isNewer) this.#forget(known)
    const author = isNewer
      ? {
          count,
          streams: new BoundedMap<string, EphemeralStream>(twins),
          rate: known?.rate ?? new TokenBucket(2 * ephemeralBurstBytes, 2 * ephemeralBytesPerSecond, now),
          broughtBy: known ? known.broughtBy : from,
        }
      : known
    this.#authors.set(peerId, author)
    return author
  }

  #makeRoom(): void {
    const most = mostBrought([...this.#authors.values()].map(({ broughtBy }) => broughtBy))
    for (const [peerId, author] of this.#authors) {
      if (author.broughtBy !== most) continue
      this.#authors.delete(peerId)
      return this.#forget(author)
    }
  }

  #forget({ streams }: Author): void {
    for (const { log } of streams.values()) this.#forgotten(log)
  }
}

const countOf = (epoch: string): number => Number(epoch.split('-')[0])
