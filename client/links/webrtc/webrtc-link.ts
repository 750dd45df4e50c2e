import type { Direction, Link, LinkEnd, LinkEvents, LinkId } from '../../gossip/wire/link.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import { networkLimits } from '../shared/limits.ts'
import { noConnectionEvents, type PeerConnection } from '../attempts/peer-connection.ts'

export interface WebRtcLinkIdentity {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
}

/** The `Link` over one open WebRTC data channel. */
export class WebRtcLink implements Link {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly name: NodeName
  readonly direction: Direction
  readonly #connection: PeerConnection
  #events: LinkEvents | undefined
  /** Events before `listen`. They are few, since the network hands a link over in the turn of its opening. */
  #early: ((events: LinkEvents) => void)[] = []
  #hasEnded = false

  /** Replaces the connection's listener. */
  constructor(connection: PeerConnection, identity: WebRtcLinkIdentity) {
    this.id = identity.id
    this.peerId = identity.peerId
    this.name = identity.name
    this.direction = identity.direction
    this.#connection = connection
    connection.listen({
      // There is no renegotiation, and candidates are of no use once the channel is open.
      ...noConnectionEvents,
      message: (message) => this.receive(message),
      drained: () => {
        if (!this.#hasEnded) this.#emit((events) => events.drained())
      },
      closed: (end) => this.#end(end),
    })
  }

  get isDrained(): boolean {
    return !this.#hasEnded && this.#connection.bufferedBytes() <= networkLimits.drainedBytes
  }

  listen(events: LinkEvents): void {
    this.#events = events
    const early = this.#early
    this.#early = []
    for (const replay of early) replay(events)
  }

  send(frame: Uint8Array<ArrayBuffer>): boolean {
    if (frame.length > gossipLimits.maxFrameBytes)
      throw new RangeError(`a frame of ${frame.length} bytes is larger than the limit`)
    if (this.#hasEnded) return false
    if (this.#connection.bufferedBytes() + frame.length > networkLimits.sendWindowBytes) return false
    try {
      this.#connection.send(frame)
      return true
    } catch {
      // The channel closed in this turn, and its event is still to come.
      return false
    }
  }

  close(): void {
    if (this.#hasEnded) return
    this.#connection.destroy()
    this.#end('closed-here')
  }

  /** A message from the channel; the first may arrive before the connection's open event. */
  receive(message: Uint8Array<ArrayBuffer> | string): void {
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

  #end(end: LinkEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#emit((events) => events.end(end))
  }

  #emit(event: (events: LinkEvents) => void): void {
    if (this.#events) event(this.#events)
    else this.#early.push(event)
  }
}
