import type { Direction, Link, LinkEnd, LinkEvents, LinkId } from '../client/gossip/wire/link.ts'
import { gossipLimits } from '../client/gossip/bounds/limits.ts'
import { networkLimits } from '../client/links/shared/limits.ts'
import type { NodeName } from '../client/gossip/wire/node-name.ts'
import type { PeerId } from '../client/gossip/wire/peer-id.ts'

export interface MemoryEnd {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
}

export interface MemoryLinkOptions {
  /**
   * Runs the action when a frame of `bytes` bytes, or an end (0), reaches the other side. Keeps the order of the
   * calls.
   */
  deliver(action: () => void, bytes: number): void
  /** Runs the action when `bytes` bytes have left this side. Without it they leave it when they reach the other side. */
  leave?(action: () => void, bytes: number): void
  readonly windowBytes: number
}

/** Bytes that are on the wire even if the page then closes; about the size of SCTP's first congestion window. */
const wireBytes = 65_536

/** One end of a link inside one process. */
class MemoryLink implements Link {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
  readonly #options: MemoryLinkOptions
  #other: MemoryLink | undefined
  #events: LinkEvents | undefined
  #early: ((events: LinkEvents) => void)[] = []
  #end: LinkEnd | undefined
  #inFlightBytes = 0
  /** An abort increments it, so frames that are in flight at that moment do not arrive. */
  #life = 0

  constructor(other: MemoryEnd, direction: Direction, options: MemoryLinkOptions) {
    this.id = other.id
    this.peerId = other.peerId
    this.name = other.name
    this.direction = direction
    this.#options = options
  }

  join(other: MemoryLink): void {
    this.#other = other
  }

  get isDrained(): boolean {
    return this.#inFlightBytes <= networkLimits.drainedBytes
  }

  listen(events: LinkEvents): void {
    this.#events = events
    for (const replay of this.#early.splice(0)) replay(events)
  }

  send(frame: Uint8Array<ArrayBuffer>): boolean {
    if (frame.length > gossipLimits.maxFrameBytes) throw new RangeError(`a frame of ${frame.length} bytes`)
    if (this.#end || this.#inFlightBytes + frame.length > this.#options.windowBytes) return false
    this.#inFlightBytes += frame.length
    const copy = frame.slice()
    const life = this.#life
    const left = (): void => {
      const wasDrained = this.isDrained
      this.#inFlightBytes -= frame.length
      if (!wasDrained && this.isDrained && !this.#end) this.#emit((events) => events.drained())
    }
    const options = this.#options
    options.deliver(() => {
      if (!options.leave) left()
      if (life === this.#life) this.#other?.take(copy)
    }, frame.length)
    options.leave?.(left, frame.length)
    return true
  }

  close(): void {
    if (this.#end) return
    this.#finish('closed-here')
    // Like a page that closes with a queue: frames that are not yet on the wire are lost.
    const isAbort = this.#inFlightBytes > wireBytes
    if (isAbort) this.#life += 1
    this.#options.deliver(() => this.#other?.endedThere(isAbort ? 'aborted-there' : 'closed-there'), 0)
  }

  take(frame: Uint8Array<ArrayBuffer>): void {
    if (!this.#end) this.#emit((events) => events.frame(frame))
  }

  endedThere(end: LinkEnd): void {
    if (!this.#end) this.#finish(end)
  }

  #finish(end: LinkEnd): void {
    this.#end = end
    this.#emit((events) => events.end(end))
  }

  #emit(event: (events: LinkEvents) => void): void {
    if (this.#events) event(this.#events)
    else this.#early.push(event)
  }
}

/** The two ends of a link: the upstream as the dialler sees it, and the dialler as its upstream sees it. */
export const createMemoryLinks = (
  dialler: MemoryEnd,
  upstream: MemoryEnd,
  options: MemoryLinkOptions,
): { readonly toUpstream: Link; readonly toDialler: Link } => {
  const toUpstream = new MemoryLink(upstream, 'upstream', options)
  const toDialler = new MemoryLink(dialler, 'downstream', options)
  toUpstream.join(toDialler)
  toDialler.join(toUpstream)
  return { toUpstream, toDialler }
}
