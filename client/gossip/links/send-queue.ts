import type { Envelope } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { PeerId } from '../wire/peer-id.ts'

/**
 * Who brought what is sent: a neighbour, or this node itself. `answers`: the receiver has requested it. Ephemeral and direct
 * messages have shares of their own, so that no blocks wait for them.
 */
export type Bringer = PeerId | 'answers' | 'direct' | `ephemeral ${string}`

/** A frame that waits for its turn. */
export interface QueuedFrame {
  readonly frame: Uint8Array<ArrayBuffer>
  readonly envelope: Envelope['type']
}

interface Share {
  readonly frames: QueuedFrame[]
  bytes: number
  /** Bytes that may still be sent before the link is drained again. A large frame may overdraw it. */
  credit: number
}

/**
 * The blocks that go out on one link. Those that one neighbour brought never make those of another one wait (P6).
 *  1. Between two reports that the link is drained each bringer may send `#quantum` bytes. The rest waits here. So a small
 *     block waits behind one quantum of each bringer that floods, and never for room in the send window.
 *  2. The quantum is what the link carries within `drainMs`, as far as the limits allow: it doubles when the loaded
 *     link drains faster, and halves when it drains slower. A fast link is kept busy, and a slow one has little in its window.
 *  3. At most `queuedBytes` wait. The bringer of most loses its newest frames; repair brings them later (P7).
 *  4. Of the ephemeral messages of one bringer the oldest are dropped first, so that none of them is late by much.
 *  5. A report is requested once, while a frame waits, or while more bringers are remembered than there can be at once:
 *     bringers that have gone are forgotten then.
 */
export class SendQueue {
  readonly #limits: GossipLimits
  readonly #shares = new Map<Bringer, Share>()
  #bytes = 0
  #quantum: number
  /** When a report was requested that has not come. */
  #requestedAt: number | undefined
  /** When the link was last drained. What was requested at once then measures what the link carries. */
  #releasedAt = -Infinity

  constructor(limits: GossipLimits) {
    this.#limits = limits
    this.#quantum = limits.minQuantumBytes
  }

  /** Pays for a frame that is sent at once. False: the frame has to wait. */
  spend(bringer: Bringer, bytes: number): boolean {
    const share = this.#shareOf(bringer)
    if (share.frames.length > 0 || share.credit <= 0) return false
    share.credit -= bytes
    return true
  }

  /** Gives whether frames that this bringer brought wait for their turn. */
  isWaiting(bringer: Bringer): boolean {
    return (this.#shares.get(bringer)?.frames.length ?? 0) > 0
  }

  /** Gives the frames that were dropped for it, maybe itself. */
  add(bringer: Bringer, queued: QueuedFrame): readonly QueuedFrame[] {
    const share = this.#shareOf(bringer)
    share.frames.push(queued)
    share.bytes += queued.frame.length
    this.#bytes += queued.frame.length
    const dropped: QueuedFrame[] = []
    const { queuedBytes, ephemeralQueuedBytes } = this.#limits
    const most = queued.envelope === 'ephemeral' ? ephemeralQueuedBytes : Infinity
    while (share.bytes > most) dropped.push(...this.#remove(share, 0, 1))
    while (this.#bytes > queuedBytes) dropped.push(...this.#dropNewest())
    return dropped
  }

  /** Gives whether frames of this bringer wait. */
  holds(bringer: Bringer): boolean {
    return (this.#shares.get(bringer)?.bytes ?? 0) > 0
  }

  /** True, once: the core has to request a report. */
  requestReport(now: number): boolean {
    const isDue = this.#bytes > 0 || this.#shares.size > 2 * (this.#limits.maxLinks + 2)
    if (!isDue || this.#requestedAt !== undefined) return false
    this.#requestedAt = now
    return true
  }

  /** The link is drained. Gives the frames whose turn has come. */
  drained(now: number, lateMs: number): readonly QueuedFrame[] {
    if (this.#requestedAt === undefined) return []
    const { drainMs, minQuantumBytes, maxQuantumBytes } = this.#limits
    const isSlow = now - lateMs - this.#requestedAt > drainMs
    if (isSlow) this.#quantum = Math.max(minQuantumBytes, this.#quantum / 2)
    else if (this.#requestedAt === this.#releasedAt) this.#quantum = Math.min(maxQuantumBytes, this.#quantum * 2)
    this.#requestedAt = undefined
    this.#releasedAt = now
    const due: QueuedFrame[] = []
    for (const [bringer, share] of this.#shares) {
      share.credit = Math.min(this.#quantum, share.credit + this.#quantum)
      let count = 0
      for (const { frame } of share.frames) {
        if (share.credit <= 0) break
        share.credit -= frame.length
        count += 1
      }
      due.push(...this.#remove(share, 0, count))
      // A full credit is that of a new bringer.
      if (share.credit === this.#quantum) this.#shares.delete(bringer)
    }
    return due
  }

  /** Empties the queue. */
  flush(): readonly QueuedFrame[] {
    return [...this.#shares.values()].flatMap((share) => this.#remove(share, 0, share.frames.length))
  }

  #dropNewest(): readonly QueuedFrame[] {
    let most: Share | undefined
    for (const share of this.#shares.values()) if (!most || share.bytes > most.bytes) most = share
    return most ? this.#remove(most, most.frames.length - 1, 1) : []
  }

  #remove(share: Share, start: number, count: number): readonly QueuedFrame[] {
    const removed = share.frames.splice(start, count)
    for (const { frame } of removed) {
      share.bytes -= frame.length
      this.#bytes -= frame.length
    }
    return removed
  }

  #shareOf(bringer: Bringer): Share {
    let share = this.#shares.get(bringer)
    if (!share) this.#shares.set(bringer, (share = { frames: [], bytes: 0, credit: this.#quantum }))
    return share
  }
}
