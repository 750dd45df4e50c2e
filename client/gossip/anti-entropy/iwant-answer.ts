import { type CarriedBlock, carriedBytes, type Envelope } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'

/** The answer to one `iwant`: a bounded number of envelopes, each of bounded size. */
export class IwantAnswer {
  readonly #limits: GossipLimits
  readonly #pages: CarriedBlock[][] = []
  #pageBytes = 0
  #isFull = false
  #bytes = 0

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  /** A block had no room: the neighbour has to request the rest again. */
  get isFull(): boolean {
    return this.#isFull
  }

  get bytes(): number {
    return this.#bytes
  }

  /** False: the block has no room. */
  add(block: CarriedBlock): boolean {
    const { maxBlocksPerEnvelope, maxSyncBytes, envelopesPerAnswer } = this.#limits
    const size = carriedBytes(block)
    const page = this.#pages.at(-1)
    if (page && page.length < maxBlocksPerEnvelope && this.#pageBytes + size <= maxSyncBytes) {
      page.push(block)
      this.#pageBytes += size
    } else if (this.#pages.length < envelopesPerAnswer) {
      this.#pages.push([block])
      this.#pageBytes = size
    } else {
      this.#isFull = true
      return false
    }
    this.#bytes += size
    return true
  }

  envelopes(): readonly Extract<Envelope, { type: 'blocks' }>[] {
    const last = this.#pages.length - 1
    return this.#pages.map((blocks, index) => ({ type: 'blocks', blocks, more: this.#isFull && index === last }))
  }
}
