/** js-libp2p: gossipsub with signed messages, over WebRTC. A relay of libp2p introduces the tabs. */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Open } from '../tab/contestant.ts'

const topic = 'bench'

/** The same key at every tab that knows the name: so a downstream can compute the PeerId of its upstream. */
const keyOf = (name: string) => {
  const seed = new Uint8Array(32)
  new TextEncoder().encodeInto(name, seed)
  return generateKeyPairFromSeed('Ed25519', seed)
}

export const open: Open = async ({ name, upstream, introducer }) => {
  const node = await createLibp2p({
    privateKey: await keyOf(name),
    addresses: { listen: ['/webrtc', `${introducer}/p2p-circuit`] },
    transports: [webSockets(), webRTC({ rtcConfiguration: { iceServers: [] } }), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // The default refuses addresses of this machine.
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
  })
  const { pubsub } = node.services
  pubsub.subscribe(topic)
  if (upstream !== undefined) {
    const peerId = peerIdFromPrivateKey(await keyOf(upstream))
    const subscribed = new Promise<void>((resolve) => {
      pubsub.addEventListener('subscription-change', ({ detail }) => {
        if (detail.peerId.equals(peerId)) resolve()
      })
    })
    await node.dial(multiaddr(`${introducer}/p2p-circuit/webrtc/p2p/${peerId.toString()}`))
    await subscribed
    // Until its own stream is open, gossipsub drops what it publishes to this peer, and names the peer as a recipient.
    const isOpen = (): boolean =>
      node
        .getConnections(peerId)
        .some(({ streams }) =>
          streams.some(({ protocol, direction }) => protocol.startsWith('/meshsub/') && direction === 'outbound'),
        )
    while (!isOpen()) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return {
    publish: (bytes) => pubsub.publish(topic, bytes),
    onMessage: (listener) => pubsub.addEventListener('message', ({ detail }) => listener(detail.data)),
  }
}
