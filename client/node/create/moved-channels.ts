import type { LinkIdentity } from '../../gossip/wire/link.ts'
import type { LinkHandle } from '../../links/attempts/peer-connection.ts'
import type { CarriedChannel, ChannelCarrier } from '../../links/webrtc/channel-carrier.ts'
import type { ChannelNumber, HostMessage } from '../mirror/messages.ts'

/** A link whose frames go through the host of the node. */
export interface MovedLink extends LinkHandle {
  readonly channel: ChannelNumber
  /** Sends these frames over the connection's own channel. */
  sendLast(frames: readonly Uint8Array<ArrayBuffer>[]): void
}

/** Moves the gossip channels of a page's connections to the host of its node. */
export class MovedChannels implements ChannelCarrier<MovedLink> {
  readonly #send: (message: HostMessage, transfer: readonly Transferable[]) => void
  /** Resolves the `listening` of each channel that the host does not listen to yet. */
  readonly #listening = new Map<ChannelNumber, () => void>()
  #moved = 0

  constructor(send: (message: HostMessage, transfer: readonly Transferable[]) => void) {
    this.#send = send
  }

  carry(port: RTCDataChannel): CarriedChannel<MovedLink> {
    this.#moved += 1
    const channel = this.#moved
    const listening = new Promise<void>((resolve) => this.#listening.set(channel, resolve))
    this.#send({ type: 'channel', channel, port }, [port])
    return {
      listening,
      // The host hands the link over when the channel is open.
      opened: Promise.resolve(true),
      link: (identity: LinkIdentity, connection) => ({
        ...identity,
        channel,
        sendLast: (frames) => {
          for (const frame of frames) connection.sendLast(frame)
        },
        close: () => connection.destroy(),
      }),
      receiveLast: (frame) => this.#send({ type: 'last-frame', channel, frame }, []),
      connectionEnded: (end) => {
        this.#listening.delete(channel)
        this.#send({ type: 'connection-ended', channel, end }, [])
      },
    }
  }

  /** The host listens to this channel. */
  listening(channel: ChannelNumber): void {
    this.#listening.get(channel)?.()
    this.#listening.delete(channel)
  }
}
