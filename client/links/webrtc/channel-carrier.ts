import type { Link, LinkIdentity } from '../../gossip/wire/link.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { ConnectionEnd, LinkHandle } from '../attempts/peer-connection.ts'
import { ChannelLink } from './channel-link.ts'
import { GossipChannel } from './gossip-channel.ts'

/** Where the gossip channels of a page's connections are used: in the page, or in a worker. */
export interface ChannelCarrier<Handle extends LinkHandle> {
  /** Called in the task that made the channel. */
  carry(channel: RTCDataChannel): CarriedChannel<Handle>
}

/** The gossip channel of one connection. */
export interface CarriedChannel<Handle extends LinkHandle> {
  /** Resolves once messages on the channel are heard. The other side must not be able to send before. */
  readonly listening: Promise<void>
  /** Resolves with true once frames can be sent, with false if the channel closes before. */
  readonly opened: Promise<boolean>
  link(identity: LinkIdentity, connection: CarriedConnection): Handle
  /** The other side has sent one of its last frames over the connection's own channel. */
  receiveLast(frame: Uint8Array<ArrayBuffer>): void
  connectionEnded(end: ConnectionEnd): void
}

/** The connection below a carried channel. */
interface CarriedConnection {
  /** Sends a frame over the connection's own channel. */
  sendLast(frame: Uint8Array<ArrayBuffer>): void
  destroy(): void
}

/** The frames of all links are sent and received in this thread. */
export const inThisThread = (after: Timers['after']): ChannelCarrier<Link> => ({
  carry(dataChannel) {
    const channel = new GossipChannel(dataChannel)
    let link: ChannelLink | undefined
    return {
      listening: Promise.resolve(),
      opened: channel.opened,
      link(identity, connection) {
        link = new ChannelLink({ ...identity, channel, after, destroy: () => connection.destroy() })
        return link
      },
      receiveLast: (frame) => link?.receiveLast(frame),
      connectionEnded: (end) => link?.connectionEnded(end),
    }
  },
})
