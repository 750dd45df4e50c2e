/** The reference: RTCDataChannel as the browser offers it, without a library, and a relay of five lines. */
import type { Open } from '../tab/contestant.ts'
import { Introductions } from './introductions.ts'
import { Relay } from './relay.ts'

type Signal = { readonly description: RTCSessionDescriptionInit } | { readonly candidate: RTCIceCandidateInit }

export const open: Open = async ({ name, upstream, introducer }) => {
  const relay = new Relay()
  const connections = new Map<string, RTCPeerConnection>()

  const connectTo = (neighbour: string): RTCPeerConnection => {
    const connection = new RTCPeerConnection({ iceServers: [] })
    connections.set(neighbour, connection)
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) introductions.send(neighbour, { candidate: candidate.toJSON() })
    })
    connection.addEventListener('datachannel', ({ channel }) => use(channel))
    return connection
  }

  const describe = async (neighbour: string, connection: RTCPeerConnection): Promise<void> => {
    await connection.setLocalDescription()
    const description = connection.localDescription
    if (description) introductions.send(neighbour, { description: { type: description.type, sdp: description.sdp } })
  }

  const use = (channel: RTCDataChannel): void => {
    channel.binaryType = 'arraybuffer'
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
      relay.receive(new Uint8Array(data), channel),
    )
    channel.addEventListener('close', () => relay.delete(channel))
    if (channel.readyState === 'open') relay.add(channel)
    else channel.addEventListener('open', () => relay.add(channel))
  }

  const receive = async (from: string, signal: Signal): Promise<void> => {
    const connection = connections.get(from) ?? connectTo(from)
    if ('candidate' in signal) return connection.addIceCandidate(signal.candidate)
    await connection.setRemoteDescription(signal.description)
    if (signal.description.type === 'offer') await describe(from, connection)
  }

  const introductions = await Introductions.connect<Signal>(introducer, name, (from, signal) => {
    receive(from, signal).catch(reportError)
  })
  if (upstream !== undefined) {
    const connection = connectTo(upstream)
    const channel = connection.createDataChannel('relay')
    use(channel)
    await describe(upstream, connection)
    await new Promise((resolve) => channel.addEventListener('open', resolve))
  }
  return relay
}
