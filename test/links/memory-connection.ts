import type { Link, LinkIdentity } from '../../client/gossip/wire/link.ts'
import {
  type ConnectingEvents,
  noConnectingEvents,
  type PeerConnection,
} from '../../client/links/attempts/peer-connection.ts'
import { ChannelLink } from '../../client/links/webrtc/channel-link.ts'
import type { GossipChannelEvents } from '../../client/links/webrtc/gossip-channel.ts'
import type { SignalCandidate } from '../../signal-server/shared/protocol.ts'
import type { VirtualClock } from '../simulation/network/virtual-clock.ts'
import type { CandidatePath } from '../../client/node/api/diagnosis.ts'

/** Makes connections without WebRTC, under virtual time: each is known by its fingerprint. */
export class MemoryConnections {
  readonly #clock: VirtualClock
  readonly #made = new Map<string, MemoryConnection>()

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get made(): number {
    return this.#made.size
  }

  create(initiator: boolean): PeerConnection {
    const number = (this.#made.size + 1).toString(16).padStart(4, '0').toUpperCase()
    const print = [...Array.from({ length: 30 }, () => 'AB'), number.slice(0, 2), number.slice(2)]
    const sdp = `a=fingerprint:sha-256 ${print.join(':')}`
    const connection = new MemoryConnection(this.#clock, sdp, (other) => this.#made.get(other))
    this.#made.set(sdp, connection)
    if (initiator) connection.describe('offer')
    return connection
  }
}

class MemoryConnection implements PeerConnection {
  readonly #clock: VirtualClock
  readonly #sdp: string
  readonly #find: (sdp: string) => MemoryConnection | undefined
  #events = noConnectingEvents
  #channel: GossipChannelEvents | undefined
  #link: ChannelLink | undefined
  #other: MemoryConnection | undefined
  #state: 'new' | 'open' | 'closed' = 'new'

  constructor(clock: VirtualClock, sdp: string, find: (sdp: string) => MemoryConnection | undefined) {
    this.#clock = clock
    this.#sdp = sdp
    this.#find = find
  }

  listen(events: ConnectingEvents): void {
    this.#events = events
  }

  describe(type: 'offer' | 'answer'): void {
    void this.#clock.after(1, () => this.#events.description({ type, sdp: this.#sdp }))
  }

  accept({ type, sdp }: { readonly type: 'offer' | 'answer'; readonly sdp: string }): void {
    this.#other = this.#find(sdp)
    if (type === 'offer') this.describe('answer')
    else this.#later(5, (side) => side.#open())
  }

  addCandidate(_candidate: SignalCandidate): void {}

  link(identity: LinkIdentity): Link {
    this.#events = noConnectingEvents
    this.#link = new ChannelLink({
      ...identity,
      after: (delayMs, action) => this.#clock.after(delayMs, action),
      destroy: () => this.destroy(),
      channel: {
        bufferedBytes: 0,
        listen: (events) => {
          this.#channel = events
        },
        send: (frame) => this.#send(frame),
        close: () => {},
      },
    })
    return this.#link
  }

  async path(): Promise<CandidatePath> {
    return { local: 'host', remote: 'host' }
  }

  destroy(): void {
    this.#later(2, (side) => side.#close())
  }

  #send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#state !== 'open') throw new Error('the channel is not open')
    const copy = frame.slice()
    this.#later(2, (side) => {
      if (side !== this) side.#channel?.message(copy)
    })
  }

  /** On both sides. */
  #later(delayMs: number, action: (side: MemoryConnection) => void): void {
    void this.#clock.after(delayMs, () => {
      action(this)
      if (this.#other) action(this.#other)
    })
  }

  #open(): void {
    if (this.#state !== 'new') return
    this.#state = 'open'
    this.#events.open()
  }

  #close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    const events = this.#events
    this.#events = noConnectingEvents
    events.closed('closed-there')
    this.#channel?.closed(false)
    this.#link?.connectionEnded('closed-there')
  }
}
