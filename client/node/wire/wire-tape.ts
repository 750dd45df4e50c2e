import type { WireEnvelope, WireSnapshot, WireTotal } from '../api/grapevine.ts'
import type { WireFrame } from './wire-frame.ts'

const tapeLimits = {
  /** Envelopes kept. An idle link makes one a second, so this covers some minutes; a busy one fills it in seconds. */
  envelopes: 500,
  /** Bytes of their frames: 500 of the largest would be 32 MB. Beyond it the oldest frames keep only their first bytes. */
  bytes: 4_194_304,
} as const

interface Recorded {
  readonly envelope: WireEnvelope
  /** Undefined if the bytes were not available. */
  readonly frame: WireFrame | undefined
}

/**
 * The last envelopes of all links, since the node's start. A record costs one object and one place in a ring: nothing is
 * decoded or copied before the first access.
 *  1. The bytes of a frame count once, even if it went to many neighbours, as long as one of its envelopes is on the tape
 *     and the frame is not cut.
 *  2. Frames are cut in the order of their recording, and no more of them than the limit demands.
 */
export class WireTape {
  readonly #limits: { readonly envelopes: number; readonly bytes: number }
  readonly #ring: Recorded[] = []
  readonly #totals = new Map<string, WireTotal>()
  /** Envelopes recorded: the number of the latest. */
  #count = 0
  /** Every frame before this number is cut, or is no longer on the tape. */
  #firstWhole = 1
  #bytes = 0

  constructor(limits: { readonly envelopes: number; readonly bytes: number } = tapeLimits) {
    this.#limits = limits
  }

  /** The number of the next envelope. */
  get next(): number {
    return this.#count + 1
  }

  /** Bytes of the frames that are not cut. */
  get bytes(): number {
    return this.#bytes
  }

  record(envelope: WireEnvelope, frame: WireFrame | undefined): void {
    const place = this.#placeOf(this.next)
    this.#release(this.#ring[place]?.frame)
    this.#ring[place] = { envelope, frame }
    this.#count += 1
    this.#hold(frame)
    this.count(envelope.type, { count: 1, bytes: envelope.bytes })
  }

  /** Adds envelopes to the totals that are not recorded. */
  count(type: string, added: WireTotal): void {
    const { count = 0, bytes = 0 } = this.#totals.get(type) ?? {}
    this.#totals.set(type, { count: count + added.count, bytes: bytes + added.bytes })
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
    // An envelope that shares the frame may have cut it before.
    if (!frame?.isWhole) return
    frame.cut()
    if (!frame.isWhole) this.#bytes -= frame.bytes
  }
}
