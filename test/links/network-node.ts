import type { Link } from '../../client/gossip/wire/link.ts'
import { parseNodeName } from '../../client/gossip/wire/node-name.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { openBrowserIceCheck } from '../../client/links/webrtc/ice-check.ts'
import { createIceServerPicker } from '../../client/links/webrtc/ice-servers.ts'
import { type NetworkLimits, networkLimits } from '../../client/links/shared/limits.ts'
import { Network } from '../../client/links/network.ts'
import type { CreatePeerConnection } from '../../client/links/attempts/peer-connection.ts'
import { SimplePeerConnection } from '../../client/links/webrtc/simple-peer-connection.ts'
import type { TryDiagnosis } from '../../client/node/api/diagnosis.ts'
import type { MemorySignalling } from './memory-signalling.ts'
import type { UpstreamStatus } from '../../client/node/shared/node-ports.ts'
import { loadEd25519 } from '../../client/storage/load-ed25519.ts'

export interface NetworkNode {
  readonly name: string
  readonly peerId: PeerId
  readonly network: Network
  /** Open links; a replaced one is dropped by its end. */
  readonly links: Set<Link>
  readonly upstreams: Map<string, UpstreamStatus>
  readonly drops: Map<string, number>
  readonly tries: Map<string, TryDiagnosis | undefined>
  readonly remembered: Map<string, PeerId>
  stop(): void
}

export interface NetworkNodeOptions {
  readonly pin?: PeerId
  readonly trusted?: PeerId
  readonly limits?: Partial<NetworkLimits>
  readonly createConnection?: CreatePeerConnection
  /** Leaves the links to the test. */
  readonly isListening?: boolean
}

export interface NodeKey {
  readonly peerId: PeerId
  readonly sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>
}

const crypto25519 = loadEd25519()

export const createKey = async (): Promise<NodeKey> => {
  const ed25519 = await crypto25519
  const stored = await ed25519.generate()
  const sign = await ed25519.signer(stored)
  if (!sign) throw new Error('a new key does not sign')
  return { peerId: stored.peerId, sign }
}

export const nameOf = (text: string) => {
  const name = parseNodeName(text)
  if (!name) throw new Error(`not a name: ${text}`)
  return name
}

/** A network layer on real WebRTC, introduced by the signalling double, with a key of its own. */
export const startNode = async (
  server: MemorySignalling,
  name: string,
  upstreamNames: readonly string[],
  options: NetworkNodeOptions = {},
  key?: NodeKey,
): Promise<NetworkNode> => {
  const { peerId, sign } = key ?? (await createKey())
  const { verify } = await crypto25519
  const links = new Set<Link>()
  const upstreams = new Map<string, UpstreamStatus>()
  const drops = new Map<string, number>()
  const tries = new Map<string, TryDiagnosis | undefined>()
  const remembered = new Map<string, PeerId>()
  const network: Network = new Network(
    {
      net: 'test',
      self: peerId,
      upstreams: upstreamNames.map((upstream) => ({
        name: nameOf(upstream),
        pin: options.pin,
        trusted: options.trusted,
      })),
      signalling: server.connect(name, peerId, upstreamNames),
      createConnection: options.createConnection ?? ((...args) => new SimplePeerConnection(...args)),
      pickIceServers: createIceServerPicker(openBrowserIceCheck),
      sign,
      verify,
      timers: {
        now: () => performance.now(),
        after: (delayMs, action) => {
          const timer = setTimeout(action, delayMs)
          return () => clearTimeout(timer)
        },
      },
      limits: { ...networkLimits, ...options.limits },
      random: Math.random,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
    {
      linked: (link) => {
        links.add(link)
        if (options.isListening === false) return
        link.listen({
          frame: () => {},
          badFrame: () => {},
          end: () => {
            links.delete(link)
            network.closed(link, 'connection-lost')
          },
        })
      },
      upstream: (status) => upstreams.set(status.name, status),
      signalling: () => {},
      contact: () => {},
      iceServers: () => {},
      tried: (upstream, status) => tries.set(upstream, status),
      suspect: (link) => network.setQuiet(link, true),
      distrusted: () => {},
      dropped: (reason) => drops.set(reason, (drops.get(reason) ?? 0) + 1),
      remember: (upstream, remote) => remembered.set(upstream, remote),
    },
  )
  network.start()
  return {
    name,
    peerId,
    network,
    links,
    upstreams,
    drops,
    tries,
    remembered,
    stop: () => {
      network.stop()
      for (const link of links) link.close()
    },
  }
}
