import type { BlockContent, BlockEntry, VerifiedBlock } from '../wire/block.ts'
import { type BodyPart, partBytes, partCount } from '../wire/body-part.ts'
import type { EntryExtras } from '../wire/entry-extras.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { JsonValue } from '../wire/entry.ts'

/** An entry that waits for its block. */
interface WaitingEntry extends EntryExtras {
  readonly id: number
  readonly time: number
  readonly body: JsonValue | Uint8Array
  /** Bytes of the encoded body. */
  readonly bytes: number
  /** Of a body that is signed in parts, each in a block of its own. */
  readonly encoded?: Uint8Array
}

/** The block that is being signed. */
interface SigningBlock {
  /** The entries that are published with it: of a large body only with its last part. */
  readonly ids: readonly number[]
  /** Further parts of the same body follow. */
  readonly goesOn: boolean
  isDiscarded: boolean
}

/**
 * The log that this node writes. Entries that are published while a block is being signed share the next one (group
 * commit): one ping is one small block at once, and a burst costs few signatures.
 */
export class OwnLog {
  readonly #limits: GossipLimits
  readonly #author: Pick<BlockContent, 'author' | 'name' | 'epoch'>
  #waiting: WaitingEntry[] = []
  #signing: SigningBlock | undefined
  /** How many parts of the first waiting entry are signed. */
  #parts = 0
  #height = 0
  #seq = 0
  #prev = ''

  constructor(author: Pick<BlockContent, 'author' | 'name' | 'epoch'>, limits: GossipLimits) {
    this.#author = author
    this.#limits = limits
  }

  /** The next block carries a part of a large body. */
  get isPartNext(): boolean {
    return this.#signing === undefined && this.#waiting[0]?.encoded !== undefined
  }

  add(entry: WaitingEntry): void {
    this.#waiting.push(entry)
  }

  /** The next block, to be signed. Undefined while another one is being signed, or nothing waits. */
  nextContent(): BlockContent | undefined {
    const [first] = this.#waiting
    if (this.#signing || !first) return undefined
    const entries = first.encoded ? this.#nextPart(first, first.encoded) : this.#nextGroup()
    return { ...this.#author, height: this.#height + 1, firstSeq: this.#seq + 1, prev: this.#prev, entries }
  }

  /** The block is signed. Gives the ids of the entries that it completes; undefined: it was discarded, and must not spread. */
  signed({ height, hash, entries }: VerifiedBlock): readonly number[] | undefined {
    const signing = this.#signing
    this.#signing = undefined
    if (!signing || signing.isDiscarded) return undefined
    this.#height = height
    this.#seq += entries.length
    this.#prev = hash
    this.#parts = signing.goesOn ? this.#parts + 1 : 0
    return signing.ids
  }

  /** The block will not be signed. Gives the ids of its entries; of a large body no more parts follow. */
  failed(): readonly number[] {
    const signing = this.#signing
    this.#signing = undefined
    this.#parts = 0
    if (!signing || signing.isDiscarded) return []
    return signing.goesOn ? this.#waiting.splice(0, 1).map(({ id }) => id) : signing.ids
  }

  /** Forgets all entries that are not signed yet, and gives their ids. */
  discard(): readonly number[] {
    const ids = [...(this.#signing?.ids ?? []), ...this.#waiting.splice(0).map(({ id }) => id)]
    if (this.#signing) this.#signing.isDiscarded = true
    this.#parts = 0
    return ids
  }

  /** Its entry stays the first of the waiting ones until its last part. */
  #nextPart({ id, time, topic, supersedes }: WaitingEntry, encoded: Uint8Array): readonly BlockEntry[] {
    const part: BodyPart = { index: this.#parts, total: encoded.length }
    const isLast = part.index === partCount(part) - 1
    if (isLast) this.#waiting.shift()
    this.#signing = { ids: isLast ? [id] : [], goesOn: !isLast, isDiscarded: false }
    const start = part.index * this.#limits.maxBodyBytes
    const body = encoded.subarray(start, start + partBytes(part))
    return [{ time, body, part, ...(topic !== undefined && { topic }), ...(supersedes && { supersedes }) }]
  }

  #nextGroup(): readonly BlockEntry[] {
    const group = this.#waiting.splice(0, this.#groupSize())
    this.#signing = { ids: group.map(({ id }) => id), goesOn: false, isDiscarded: false }
    return group.map(({ id: _id, bytes: _bytes, encoded: _encoded, ...entry }) => entry)
  }

  /** The first waiting entries, as many as one block may hold. */
  #groupSize(): number {
    const { maxEntriesPerBlock, maxGroupBytes } = this.#limits
    let bytes = 0
    for (const [index, waiting] of this.#waiting.entries()) {
      bytes += waiting.bytes
      if (waiting.encoded) return index
      if (index > 0 && (index >= maxEntriesPerBlock || bytes > maxGroupBytes)) return index
    }
    return this.#waiting.length
  }
}
