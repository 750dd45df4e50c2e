import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Direction, Link, LinkEnd, LinkEvents, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import { networkLimits } from '../../links/shared/limits.ts'
import type { LinkFault } from '../api/link-fault.ts'
import type { Timers } from '../shared/timers.ts'
import { FaultLane } from './fault-lane.ts'

export interface FaultyLinkOptions {
  readonly timers: Timers
  /** A fault has swallowed a frame. */
  lost(): void
  /** The link has ended. */
  ended(): void
}

/**
 * A link with faults between it and the node.
 *  1. Without faults it is the link below.
 *  2. What a `bandwidth` holds back counts as unsent, so the node slows down. What a delay holds back is on its way.
 *  3. Frames that are on their way when the link ends are delivered before the end, those to the neighbour if this node ends it.
 */
export class FaultyLink implements Link {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
  readonly #link: Link
  readonly #options: FaultyLinkOptions
  readonly #out: FaultLane
  readonly #in: FaultLane
  #events: LinkEvents | undefined
  #hasEnded = false

  constructor(link: Link, options: FaultyLinkOptions) {
    this.#link = link
    this.#options = options
    this.id = link.id
    this.peerId = link.peerId
    this.name = link.name
    this.direction = link.direction
    const { timers } = options
    this.#out = new FaultLane({
      timers,
      // What does not fit into the channel's window now is lost. Heartbeats show that something is missing.
      deliver: (frame) => void link.send(frame),
      lost: () => options.lost(),
      moved: () => this.#noteDrained(),
    })
    this.#in = new FaultLane({
      timers,
      deliver: (frame) => this.#events?.frame(frame),
      lost: () => options.lost(),
      moved: () => {},
    })
  }

  get isDrained(): boolean {
    return this.#link.isDrained && this.#out.waitingBytes <= networkLimits.drainedBytes
  }

  disturb(faults: readonly LinkFault[]): void {
    this.#out.set(faults.filter(({ direction = 'out' }) => direction === 'out'))
    this.#in.set(faults.filter(({ direction = 'in' }) => direction === 'in'))
  }

  listen(events: LinkEvents): void {
    this.#events = events
    this.#link.listen({
      frame: (frame) => this.#in.push(frame),
      badFrame: (reason, bytes) => events.badFrame(reason, bytes),
      drained: () => this.#noteDrained(),
      end: (end) => this.#end(end),
    })
  }

  send(frame: Uint8Array<ArrayBuffer>): boolean {
    if (this.#out.isClear) return this.#link.send(frame)
    if (frame.length > gossipLimits.maxFrameBytes) {
      throw new RangeError(`a frame of ${frame.length} bytes is larger than the limit`)
    }
    if (this.#hasEnded || this.#out.waitingBytes + frame.length > networkLimits.sendWindowBytes) return false
    this.#out.push(frame)
    return true
  }

  close(): void {
    // A bye, maybe.
    this.#out.flush()
    this.#in.clear()
    this.#link.close()
  }

  #noteDrained(): void {
    if (!this.#hasEnded && this.isDrained) this.#events?.drained()
  }

  #end(end: LinkEnd): void {
    this.#hasEnded = true
    this.#out.clear()
    this.#in.flush()
    this.#options.ended()
    this.#events?.end(end)
  }
}
