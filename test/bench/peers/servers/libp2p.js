// A circuit relay of libp2p on 127.0.0.1: tabs reserve a place on it, and exchange their WebRTC descriptions over it.
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

// libp2p uses it; Node has it from 22 on.
Promise.withResolvers ??= () => {
  const result = {}
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }))
  return result
}

const relay = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
  transports: [webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), relay: circuitRelayServer({ reservations: { maxReservations: 1_000 } }) },
})
process.stdout.write(`address: ${String(relay.getMultiaddrs()[0])}\n`)
