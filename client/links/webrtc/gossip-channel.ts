import { networkLimits } from '../shared/limits.ts'

export interface GossipChannelEvents {
  message(message: Uint8Array<ArrayBuffer> | string): void
  /** `bufferedBytes` has fallen to `drainedBytes`. */
  drained(): void
  /** Once; nothing comes after it. `isAborted`: some of what the other side sent may be lost. */
  closed(isAborted: boolean): void
}

/**
 * The number of the channel, the same on both sides. simple-peer's own channel has 0 or 1. It is not used for frames, since
 * it can't go into a worker: simple-peer would never say `connect`.
 */
const channelId = 16

/** Makes the gossip channel of a connection. On both sides before the offer or the answer is made. */
export const createGossipChannel = (connection: RTCPeerConnection): RTCDataChannel =>
  connection.createDataChannel('gossip', { negotiated: true, id: channelId })

/**
 * "User-Initiated Abort" of RFC 9260. A page that closes a connection, or is unloaded, resets the channels and then aborts.
 * If any frame is unsent, the abort comes before the reset, and all unsent frames are lost; on a busy machine the abort may
 * be seen first in any case. A process that dies sends neither.
 */
export const abortCause = 12

/** The data channel that carries the frames of one link, in a page or in a worker. It keeps messages until `listen`. */
export class GossipChannel {
  /** Resolves with true when frames can be sent, with false if the channel closes before. */
  readonly opened: Promise<boolean>
  readonly #channel: RTCDataChannel
  #events: GossipChannelEvents | undefined
  /** What came before `listen`: one greeting from an honest neighbour. */
  #early: ((events: GossipChannelEvents) => void)[] = []
  #isAborted = false
  #hasClosed = false

  /** Called in the task that made or received the channel: later some of its events would be lost. */
  constructor(channel: RTCDataChannel) {
    this.#channel = channel
    channel.binaryType = 'arraybuffer'
    channel.bufferedAmountLowThreshold = networkLimits.drainedBytes
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = data instanceof ArrayBuffer ? new Uint8Array(data) : String(data)
      this.#emit((events) => events.message(message))
    })
    channel.addEventListener('bufferedamountlow', () => this.#emit((events) => events.drained()))
    channel.addEventListener('error', (event) => {
      if ((event as Partial<RTCErrorEvent>).error?.sctpCauseCode === abortCause) this.#isAborted = true
    })
    channel.addEventListener('close', () => this.#closed())
    this.opened = new Promise((resolve) => {
      if (channel.readyState === 'open') resolve(true)
      channel.addEventListener('open', () => resolve(true), { once: true })
      channel.addEventListener('close', () => resolve(false), { once: true })
    })
  }

  /** Bytes that were sent and are not on the wire yet. */
  get bufferedBytes(): number {
    return this.#channel.bufferedAmount
  }

  listen(events: GossipChannelEvents): void {
    this.#events = events
    for (const replay of this.#early.splice(0)) replay(events)
  }

  /** Throws if the channel is not open. */
  send(frame: Uint8Array<ArrayBuffer>): void {
    this.#channel.send(frame)
  }

  /** What was sent goes out first. */
  close(): void {
    this.#channel.close()
  }

  #closed(): void {
    if (this.#hasClosed) return
    this.#hasClosed = true
    const event = (events: GossipChannelEvents): void => events.closed(this.#isAborted)
    if (this.#events) event(this.#events)
    // Beyond the limit of messages too: without it the link would not end.
    else this.#early.push(event)
  }

  #emit(event: (events: GossipChannelEvents) => void): void {
    if (this.#events) event(this.#events)
    else if (this.#early.length < networkLimits.earlyMessages) this.#early.push(event)
    else this.close()
  }
}
