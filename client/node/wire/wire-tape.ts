import type { WireEnvelope, WireSnapshot, WireTotal } from '../api/grapevine.ts'
import type { WireFrame } from './wire-frame.ts'

const tapeLimits = {
  /** Envelopes kept. A link at rest makes one a second, so this is some minutes; a busy one fills it in seconds. */
  envelopes: 500,
  /** Bytes of their frames: 500 of the largest would be 32 MB. What is over it costs the oldest all but how they begin. */
  bytes: 4_194_304,
} as const

interface Recorded {
  readonly envelope: WireEnvelope
  /** Absent where the bytes were not handed over. */
  readonly frame: WireFrame | undefined
}

/**
 * The last envelopes of all links, from the node's start. To record one costs an object and a place in a ring: nothing is
 * decoded or copied until somebody looks.
 *  1. The bytes of a frame count once, however many neighbours it went to, from its first envelope on the tape to its last,
 *     or until it is cut.
 *  2. Frames are cut in the order in which they were recorded, and no more of them than the limit demands.
 */
export class WireTape {
  readonly #limits: { readonly envelopes: number; readonly bytes: number }
  readonly #ring: Recorded[] = []
  readonly #totals = new Map<string, WireTotal>()
  /** Envelopes recorded: the number of the latest. */
  #count = 0
  /** All before this number are cut, or have left. */
  #firstWhole = 1
  #bytes = 0

  constructor(limits: { readonly envelopes: number; readonly bytes: number } = tapeLimits) {
    this.#limits = limits
  }

  /** The number that the next envelope has. */
  get next(): number {
    return this.#count + 1
  }

  /** Bytes of the frames that are whole. */
  get bytes(): number {
    return this.#bytes
  }

  record(envelope: WireEnvelope, frame: WireFrame | undefined): void {
    const place = this.#placeOf(this.next)
    this.#release(this.#ring[place]?.frame)
    this.#ring[place] = { envelope, frame }
    this.#count += 1
    this.#hold(frame)
    const { count = 0, bytes = 0 } = this.#totals.get(envelope.type) ?? {}
    this.#totals.set(envelope.type, { count: count + 1, bytes: bytes + envelope.bytes })
  }

  snapshot(): WireSnapshot {
    const oldest = this.#placeOf(this.next)
    const recorded = [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)]
    return { envelopes: recorded.map(({ envelope }) => envelope), totals: new Map(this.#totals) }
  }

  #placeOf(id: number): number {
    return (id - 1) % this.#limits.envelopes
  }

  #hold(frame: WireFrame | undefined): void {
    if (!frame) return
    if (frame.uses === 0 && frame.isWhole) this.#bytes += frame.bytes
    frame.uses += 1
    this.#firstWhole = Math.max(this.#firstWhole, this.next - this.#limits.envelopes)
    for (; this.#bytes > this.#limits.bytes && this.#firstWhole < this.next; this.#firstWhole += 1) {
      this.#cut(this.#firstWhole)
    }
  }

  #release(frame: WireFrame | undefined): void {
    if (!frame) return
    frame.uses -= 1
    if (frame.uses === 0 && frame.isWhole) this.#bytes -= frame.bytes
  }

  #cut(id: number): void {
    const frame = this.#ring[this.#placeOf(id)]?.frame
    // Another neighbour's envelope may have been cut with it.
    if (!frame?.isWhole) return
    frame.cut()
    if (!frame.isWhole) this.#bytes -= frame.bytes
  }
}
