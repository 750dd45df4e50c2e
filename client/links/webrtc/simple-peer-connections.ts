import type { Link } from '../../gossip/wire/link.ts'
import type { CreatePeerConnection, LinkHandle } from '../attempts/peer-connection.ts'
import type { ChannelCarrier } from './channel-carrier.ts'
import { openBrowserIceCheck } from './ice-check.ts'
import { createIceServerPicker, type PickIceServers } from './ice-servers.ts'
import { SimplePeerConnection } from './simple-peer-connection.ts'

/** The port to WebRTC. */
export interface Connections<Handle extends LinkHandle = Link> {
  /** False: there is no WebRTC here. */
  readonly isAvailable: boolean
  readonly create: CreatePeerConnection<Handle>
  /** Picks the servers that `create` accepts. */
  readonly pickIceServers: PickIceServers
}

/** WebRTC connections by simple-peer, in a page. */
export const simplePeerConnections = <Handle extends LinkHandle>(
  carrier: ChannelCarrier<Handle>,
): Connections<Handle> => ({
  isAvailable: typeof RTCPeerConnection === 'function',
  create: (initiator, configuration) => new SimplePeerConnection(initiator, configuration, carrier),
  pickIceServers: createIceServerPicker(openBrowserIceCheck),
})
