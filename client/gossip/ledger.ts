import { type VerifiedBlock, blockId, entriesOf } from './block.ts'
import type { Entry } from './entry.ts'
import type { GossipLimits } from './limits.ts'

interface Held {
  readonly id: string
  readonly entries: readonly Entry[]
  readonly bytes: number
}

/** The blocks held, in the order of delivery here, bounded by entries and bytes: the oldest leaves first. */
export class Ledger {
  readonly #limits: Pick<GossipLimits, 'maxEntries' | 'maxHeldBytes'>
  readonly #hash: (text: string) => string
  /** Keyed by id; relies on a Map's insertion order. */
  readonly #held = new Map<string, Held>()
  #bytes = 0
  #size = 0
  #entries: readonly Entry[] | undefined
  #digest: string | undefined

  constructor(limits: Pick<GossipLimits, 'maxEntries' | 'maxHeldBytes'>, hash: (text: string) => string) {
    this.#limits = limits
    this.#hash = hash
  }

  /** Takes a block that is not held yet; gives its entries. */
  add(block: VerifiedBlock, path: readonly string[]): readonly Entry[] {
    const id = blockId(block)
    const held = { id, entries: entriesOf(block, path), bytes: block.bytes.length }
    this.#held.set(id, held)
    this.#bytes += held.bytes
    this.#size += held.entries.length
    this.#evict()
    this.#entries = undefined
    this.#digest = undefined
    return held.entries
  }

  /** A snapshot, the same array until the ledger changes. */
  entries(): readonly Entry[] {
    this.#entries ??= [...this.#held.values()].flatMap((held) => held.entries)
    return this.#entries
  }

  /** Hex; a hash over the sorted ids of what is held, so the order of delivery makes no difference. */
  digest(): string {
    this.#digest ??= this.#hash([...this.#held.keys()].sort().join('\n'))
    return this.#digest
  }

  #evict(): void {
    for (const [id, oldest] of this.#held) {
      if (this.#size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxHeldBytes) return
      this.#held.delete(id)
      this.#bytes -= oldest.bytes
      this.#size -= oldest.entries.length
    }
  }
}
