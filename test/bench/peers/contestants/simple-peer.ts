/** simple-peer and the same relay as of the reference. */
import SimplePeer from 'simple-peer/simplepeer.min.js'
import type { Open } from '../tab/contestant.ts'
import { Introductions } from './introductions.ts'
import { Relay } from './relay.ts'

export const open: Open = async ({ name, upstream, introducer }) => {
  const relay = new Relay()
  const peers = new Map<string, SimplePeer.Instance>()

  const connectTo = (neighbour: string, initiator: boolean): SimplePeer.Instance => {
    const peer = new SimplePeer({ initiator, config: { iceServers: [] } })
    peers.set(neighbour, peer)
    peer.on('signal', (signal) => introductions.send(neighbour, signal))
    peer.on('connect', () => relay.add(peer))
    peer.on('data', (bytes: Uint8Array<ArrayBuffer>) => relay.receive(bytes, peer))
    peer.on('error', reportError)
    peer.on('close', () => relay.delete(peer))
    return peer
  }

  const introductions = await Introductions.connect<SimplePeer.SignalData>(introducer, name, (from, signal) => {
    const peer = peers.get(from) ?? connectTo(from, false)
    peer.signal(signal)
  })
  if (upstream !== undefined) {
    const peer = connectTo(upstream, true)
    await new Promise((resolve) => peer.once('connect', () => resolve(undefined)))
  }
  return relay
}
