import type { Direction, Link, LinkEnd, LinkEvents, LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { Timers } from '../../node/shared/timers.ts'
import { networkLimits } from '../shared/limits.ts'
import type { GossipChannel } from './gossip-channel.ts'

/** What a link needs of its channel. */
type LinkChannel = Pick<GossipChannel, 'bufferedBytes' | 'listen' | 'send' | 'close'>

export interface ChannelLinkOptions extends LinkIdentity {
  readonly channel: LinkChannel
  readonly after: Timers['after']
  /** Ends the connection below the channel. */
  destroy(): void
}

/**
 * The `Link` over one open gossip channel.
 *  1. The end is reported when the channel has closed and the connection has ended, so after all frames. Where only one of
 *     them is reported, the other one gets `endsWithinMs`.
 *  2. Last frames that came on another channel, before the connection's end, are delivered directly before the link's end: a
 *     page that is being unloaded sends its bye itself, since its worker may have no time for it.
 */
export class ChannelLink implements Link {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
  readonly #options: ChannelLinkOptions
  #events: LinkEvents | undefined
  /** Events before `listen`. They are few, since a link is handed over soon after its opening. */
  #early: ((events: LinkEvents) => void)[] = []
  readonly #last: Uint8Array<ArrayBuffer>[] = []
  /** The part that has ended, while the other one is awaited. */
  #ending: { readonly part: 'channel' | 'connection'; readonly end: LinkEnd; readonly stop: () => void } | undefined
  #hasEnded = false

  constructor(options: ChannelLinkOptions) {
    this.id = options.id
    this.peerId = options.peerId
    this.name = options.name
    this.direction = options.direction
    this.#options = options
    options.channel.listen({
      message: (message) => this.#receive(message),
      drained: () => {
        if (!this.#hasEnded) this.#emit((events) => events.drained())
      },
      closed: (isAborted) => this.#partEnded('channel', isAborted ? 'aborted-there' : 'closed-there'),
    })
  }

  get isDrained(): boolean {
    return !this.#hasEnded && this.#options.channel.bufferedBytes <= networkLimits.drainedBytes
  }

  listen(events: LinkEvents): void {
    this.#events = events
    for (const replay of this.#early.splice(0)) replay(events)
  }

  send(frame: Uint8Array<ArrayBuffer>): boolean {
    if (frame.length > gossipLimits.maxFrameBytes)
      throw new RangeError(`a frame of ${frame.length} bytes is larger than the limit`)
    if (this.#hasEnded) return false
    const { channel } = this.#options
    if (channel.bufferedBytes + frame.length > networkLimits.sendWindowBytes) return false
    try {
      channel.send(frame)
      return true
    } catch {
      // The channel closed in this turn, and its event is still to come.
      return false
    }
  }

  close(): void {
    if (this.#hasEnded) return
    this.#end('closed-here')
    this.#options.channel.close()
    this.#options.destroy()
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** One of the other side's last frames came on another channel; the connection ends now. */
  receiveLast(frame: Uint8Array<ArrayBuffer>): void {
    this.#last.push(frame)
    this.#await('connection', 'closed-there')
  }

  /** Nothing comes after it, no last frame either. */
  connectionEnded(end: LinkEnd): void {
    this.#partEnded('connection', end)
  }

  #partEnded(part: 'channel' | 'connection', end: LinkEnd): void {
    if (this.#ending && this.#ending.part !== part) this.#endWith(part === 'channel' ? end : this.#ending.end)
    else this.#await(part, end)
  }

  #await(part: 'channel' | 'connection', end: LinkEnd): void {
    if (this.#hasEnded || this.#ending) return
    this.#ending = { part, end, stop: this.#options.after(networkLimits.endsWithinMs, () => this.#endWith(end)) }
  }

  #receive(message: Uint8Array<ArrayBuffer> | string): void {
    if (this.#hasEnded) return
    if (typeof message === 'string') {
      // The size in UTF-8 would cost a copy of the text; the number of characters is close enough.
      this.#emit((events) => events.badFrame('text-frame', message.length))
    } else if (message.length > gossipLimits.maxFrameBytes) {
      this.#emit((events) => events.badFrame('oversized-frame', message.length))
    } else {
      this.#emit((events) => events.frame(message))
    }
  }

  #endWith(end: LinkEnd): void {
    for (const frame of this.#last.splice(0)) this.#receive(frame)
    this.#end(end)
  }

  #end(end: LinkEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#ending?.stop()
    this.#emit((events) => events.end(end))
  }

  #emit(event: (events: LinkEvents) => void): void {
    if (this.#events) event(this.#events)
    else this.#early.push(event)
  }
}
