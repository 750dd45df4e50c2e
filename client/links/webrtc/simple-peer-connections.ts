import type { CreatePeerConnection } from '../attempts/peer-connection.ts'
import { openBrowserIceCheck } from './ice-check.ts'
import { createIceServerPicker, type PickIceServers } from './ice-servers.ts'
import { SimplePeerConnection } from './simple-peer-connection.ts'

/** The port to WebRTC. */
export interface Connections {
  /** False: there is no WebRTC here. */
  readonly isAvailable: boolean
  readonly create: CreatePeerConnection
  /** Picks the servers that `create` accepts. */
  readonly pickIceServers: PickIceServers
}

/** WebRTC connections by simple-peer, in a page. */
export const simplePeerConnections = (): Connections => ({
  isAvailable: typeof RTCPeerConnection === 'function',
  create: (initiator, configuration) => new SimplePeerConnection(initiator, configuration),
  pickIceServers: createIceServerPicker(openBrowserIceCheck),
})
