/**
 * PeerPigeon: its gossip, of texts only, so that bytes travel as base64. Its mesh grows by itself; here each tab connects to
 * its upstream only.
 */
import 'peerpigeon'
import type { Open } from '../tab/contestant.ts'

interface GossipMessage {
  readonly from: string
  readonly content: string
}

interface PeerPigeonMesh {
  init(): Promise<void>
  connect(url: string): Promise<void>
  connectToPeer(peerId: string): Promise<unknown>
  sendMessage(text: string): Promise<unknown>
  addEventListener(type: 'messageReceived', listener: (message: GossipMessage) => void): void
  addEventListener(
    type: 'peerConnected' | 'peerDiscovered',
    listener: (peer: { readonly peerId: string }) => void,
  ): void
}

// The bundle leaves its class in the window.
const { PeerPigeonMesh: Mesh } = window as unknown as {
  readonly PeerPigeonMesh: new (options: object) => PeerPigeonMesh
}

// PeerPigeon has no option for the ICE servers, and names public ones. It asks for a pool of ten candidates, with which some
// links between two tabs of Chromium 156 never leave the ICE state `checking`.
const Connection = RTCPeerConnection
globalThis.RTCPeerConnection = class extends Connection {
  constructor(configuration?: RTCConfiguration) {
    super({ ...configuration, iceServers: [], iceCandidatePoolSize: 0 })
  }
}

/** A PeerId has 40 hexadecimal digits: the number of the tab. */
const peerIdOf = (name: string): string => name.replace(/\D/g, '').padStart(40, '0')

const toText = (bytes: Uint8Array): string => btoa(String.fromCodePoint(...bytes))

const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (digit) => digit.codePointAt(0) ?? 0)

export const open: Open = async ({ name, upstream, introducer }) => {
  const mesh = new Mesh({
    peerId: peerIdOf(name),
    enableWebDHT: false,
    enableCrypto: false,
    autoConnect: false,
    autoDiscovery: false,
    evictionStrategy: false,
    connectivityFloor: 0,
    minPeers: 0,
    maxPeers: 2,
  })
  await mesh.init()
  const self = peerIdOf(name)
  const connected = new Promise<void>((resolve) => {
    mesh.addEventListener('peerConnected', ({ peerId }) => {
      if (upstream !== undefined && peerId === peerIdOf(upstream)) resolve()
    })
  })
  mesh.addEventListener('peerDiscovered', ({ peerId }) => {
    if (upstream !== undefined && peerId === peerIdOf(upstream)) void mesh.connectToPeer(peerId)
  })
  await mesh.connect(introducer)
  if (upstream !== undefined) await connected
  return {
    publish: (bytes) => mesh.sendMessage(toText(bytes)),
    onMessage: (listener) => {
      mesh.addEventListener('messageReceived', ({ from, content }) => {
        if (from !== self) listener(toBytes(content))
      })
    },
  }
}
