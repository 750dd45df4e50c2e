import { onTestFinished } from 'vitest'
import type { Link } from '../../client/gossip/wire/link.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { inThisThread } from '../../client/links/webrtc/channel-carrier.ts'
import { openBrowserIceCheck } from '../../client/links/webrtc/ice-check.ts'
import { createIceServerPicker } from '../../client/links/webrtc/ice-servers.ts'
import { type NetworkLimits, networkLimits } from '../../client/links/shared/limits.ts'
import { Network, type NetworkOptions } from '../../client/links/network.ts'
import { SimplePeerConnection } from '../../client/links/webrtc/simple-peer-connection.ts'
import type { IceServerCounts, TryDiagnosis } from '../../client/node/api/diagnosis.ts'
import type { MemorySignalling } from './memory-signalling.ts'
import type { UpstreamStatus } from '../../client/node/shared/node-ports.ts'
import { loadEd25519 } from '../../client/storage/load-ed25519.ts'
import { realTimers } from '../machine/real-timers.ts'
import { type NodeKey, createKey, nameOf } from './network-node.ts'

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
  /** The names of nodes that know another key under this node's name. */
  readonly distrustedBy: string[]
  readonly iceServers: IceServerCounts[]
  stop(): void
}

export interface NetworkNodeOptions extends Partial<Omit<NetworkOptions, 'limits'>> {
  readonly pin?: PeerId
  readonly trusted?: PeerId
  readonly limits?: Partial<NetworkLimits>
  /** Leaves the links to the test. */
  readonly isListening?: boolean
}

/**
 * A network layer, introduced by the signalling double until the end of the test. By default it uses real WebRTC, time and
 * a key of its own.
 */
export const startNode = async (
  server: MemorySignalling,
  name: string,
  upstreamNames: readonly string[] = [],
  { pin, trusted, limits, isListening = true, ...options }: NetworkNodeOptions = {},
  key?: NodeKey,
): Promise<NetworkNode> => {
  const { peerId, sign } = key ?? (await createKey())
  const { verify } = await loadEd25519()
  const links = new Set<Link>()
  const upstreams = new Map<string, UpstreamStatus>()
  const drops = new Map<string, number>()
  const tries = new Map<string, TryDiagnosis | undefined>()
  const remembered = new Map<string, PeerId>()
  const distrustedBy: string[] = []
  const iceServers: IceServerCounts[] = []
  const network: Network = new Network(
    {
      net: 'test',
      self: peerId,
      upstreams: upstreamNames.map((upstream) => ({ name: nameOf(upstream), pin, trusted })),
      signalling: server.connect(name, peerId, upstreamNames),
      createConnection: (...args) =>
        new SimplePeerConnection(
          ...args,
          inThisThread((...timer) => realTimers.after(...timer)),
        ),
      pickIceServers: createIceServerPicker(openBrowserIceCheck),
      sign,
      verify,
      timers: realTimers,
      random: Math.random,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      ...options,
      limits: { ...networkLimits, ...limits },
    },
    {
      linked: (link) => {
        links.add(link)
        if (!isListening) return
        link.listen({
          frame: () => {},
          badFrame: () => {},
          drained: () => {},
          end: () => {
            links.delete(link)
            network.closed(link, 'connection-lost')
          },
        })
      },
      upstream: (status) => upstreams.set(status.name, status),
      signalling: () => {},
      contact: () => {},
      iceServers: (counts) => void iceServers.push(counts),
      tried: (upstream, status) => tries.set(upstream, status),
      suspect: (link) => network.setQuiet(link, true),
      distrusted: (by) => void distrustedBy.push(by),
      dropped: (reason) => drops.set(reason, (drops.get(reason) ?? 0) + 1),
      remember: (upstream, remote) => remembered.set(upstream, remote),
    },
  )
  network.start()
  const stop = (): void => {
    network.stop()
    for (const link of links) link.close()
  }
  onTestFinished(stop)
  return { name, peerId, network, links, upstreams, drops, tries, remembered, distrustedBy, iceServers, stop }
}
