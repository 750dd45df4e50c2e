import type { Link } from '../../gossip/wire/link.ts'
import type { CreatePeerConnection, LinkHandle } from '../attempts/peer-connection.ts'
import type { ChannelCarrier } from './channel-carrier.ts'
import { openBrowserIceCheck } from './ice-check.ts'
import { createIceServerPicker, type PickIceServers } from './ice-servers.ts'
import { SimplePeerConnection } from './simple-peer-connection.ts'

/** The port to WebRTC. */
export interface Connections<Handle extends LinkHandle = Link> {
  readonly create: CreatePeerConnection<Handle>
  /** Picks the servers that `create` accepts. */
  readonly pickIceServers: PickIceServers
  /** How many connections there can be over the life of this process; that of a page by default. */
  readonly connectionsInLife?: number
}

/** `carrier`: where the frames of the connections go. */
export type CreateConnections = <Handle extends LinkHandle>(carrier: ChannelCarrier<Handle>) => Connections<Handle>

/** WebRTC connections by simple-peer, in a page. */
export const simplePeerConnections: CreateConnections = (carrier) => ({
  create: (initiator, configuration) => new SimplePeerConnection(initiator, configuration, carrier),
  pickIceServers: createIceServerPicker(openBrowserIceCheck),
})
