import type { BlockContent, VerifiedBlock } from '../wire/block.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { EntryExtras } from '../wire/entry-extras.ts'
import type { JsonValue } from '../wire/entry.ts'

/** An entry that waits for its block. */
interface WaitingEntry extends EntryExtras {
  readonly id: number
  readonly time: number
  readonly body: JsonValue | Uint8Array
  /** Bytes of the encoded body. */
  readonly bytes: number
}

/**
 * The log that this node writes. Entries that are published while a block is being signed share the next one (group
 * commit): one ping is one small block at once, and a burst costs few signatures.
 */
export class OwnLog {
  readonly #limits: GossipLimits
  readonly #author: Pick<BlockContent, 'author' | 'name' | 'epoch'>
  #waiting: WaitingEntry[] = []
  /** The ids of the entries whose block is being signed; none if they were discarded meanwhile. */
  #signing: readonly number[] | undefined
  #height = 0
  #seq = 0
  #prev = ''

  constructor(author: Pick<BlockContent, 'author' | 'name' | 'epoch'>, limits: GossipLimits) {
    this.#author = author
    this.#limits = limits
  }

  add(entry: WaitingEntry): void {
    this.#waiting.push(entry)
  }

  /** The next block, to be signed. Undefined while another one is being signed, or nothing waits. */
  nextContent(): BlockContent | undefined {
    if (this.#signing || this.#waiting.length === 0) return undefined
    const group = this.#waiting.splice(0, this.#groupSize())
    this.#signing = group.map(({ id }) => id)
    return {
      ...this.#author,
      height: this.#height + 1,
      firstSeq: this.#seq + 1,
      prev: this.#prev,
      entries: group.map(({ id: _id, bytes: _bytes, ...entry }) => entry),
    }
  }

  /** The block is signed. Gives the ids of its entries; none: they were discarded meanwhile, and the block must not spread. */
  signed({ height, hash }: VerifiedBlock): readonly number[] {
    const ids = this.failed()
    if (ids.length === 0) return ids
    this.#height = height
    this.#seq += ids.length
    this.#prev = hash
    return ids
  }

  /** The block will not be signed. Gives the ids of its entries. */
  failed(): readonly number[] {
    const ids = this.#signing ?? []
    this.#signing = undefined
    return ids
  }

  /** Forgets all entries that are not signed yet, and gives their ids. */
  discard(): readonly number[] {
    const ids = [...(this.#signing ?? []), ...this.#waiting.splice(0).map(({ id }) => id)]
    if (this.#signing) this.#signing = []
    return ids
  }

  /** The first waiting entries, as many as one block may hold. */
  #groupSize(): number {
    const { maxEntriesPerBlock, maxGroupBytes } = this.#limits
    let bytes = 0
    for (const [index, waiting] of this.#waiting.entries()) {
      bytes += waiting.bytes
      if (index > 0 && (index >= maxEntriesPerBlock || bytes > maxGroupBytes)) return index
    }
    return this.#waiting.length
  }
}
