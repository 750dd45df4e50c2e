/** PeerJS with its own server. Bytes are sent as they are (`raw`): its default packs and splits each message first. */
import { type DataConnection, Peer } from 'peerjs'
import type { Open } from '../tab/contestant.ts'
import { type Channel, Relay } from './relay.ts'

export const open: Open = async ({ name, upstream, introducer }) => {
  const { hostname: host, port } = new URL(introducer)
  const relay = new Relay()
  const peer = new Peer(name, { host, port: Number(port), path: '/', secure: false, config: { iceServers: [] } })

  const use = (connection: DataConnection): void => {
    const channel: Channel = { send: (bytes) => void connection.send(bytes) }
    connection.on('open', () => relay.add(channel))
    connection.on('data', (data) => relay.receive(new Uint8Array(data as ArrayBuffer), channel))
    connection.on('error', reportError)
    connection.on('close', () => relay.delete(channel))
  }

  peer.on('error', reportError)
  peer.on('connection', use)
  await new Promise((resolve) => peer.on('open', resolve))
  if (upstream !== undefined) {
    const connection = peer.connect(upstream, { serialization: 'raw', reliable: true })
    use(connection)
    await new Promise<void>((resolve) => connection.on('open', resolve))
  }
  return relay
}
