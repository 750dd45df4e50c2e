/** Makes nodes: the only module that knows all layers. A page, a bot and a test make their nodes here. */
import { networkLimits } from '../../links/shared/limits.ts'
import { Network, type Upstream } from '../../links/network.ts'
import { SocketSignalling } from '../../links/signalling/socket-signalling.ts'
import type { CreateSignalling } from '../../links/signalling/signalling.ts'
import { type Connections, simplePeerConnections } from '../../links/webrtc/simple-peer-connections.ts'
import { loadEd25519 } from '../../storage/load-ed25519.ts'
import type { GrapevineNode } from '../api/grapevine.ts'
import { MirrorNode } from '../mirror/mirror-node.ts'
import type { NetworkPort, NetworkPortEvents, OpenedIdentity } from '../shared/node-ports.ts'
import type { Verify } from '../shared/signatures.ts'
import type { NodeStorage } from '../shared/node-storage.ts'
import { browserStorage } from './browser-storage.ts'
import { type NodeClock, systemClock } from './clock.ts'
import type { MovedLink } from './moved-channels.ts'
import { NodePage } from './node-page.ts'
import { type NodeIdentityOptions, type NodeOptions, readNodeOptions } from './node-options.ts'

/**
 * Creates a node and starts it. Gives it at once; its `ready` resolves when it runs. Any number of nodes fit in one page.
 * The node runs in a worker where the browser can move data channels there, unless a port for connections, a clock or a
 * store is the caller's.
 * Throws a `NodeError` if an option is malformed.
 */
export const createNode = (options: NodeOptions): GrapevineNode => {
  const identity = readNodeOptions(options)
  const { storage = browserStorage(), clock = systemClock(), connections = simplePeerConnections } = options
  const { name, net } = identity
  const ed25519 = loadEd25519()
  const verify: Verify = (author, message, signature) =>
    ed25519.then((implementation) => implementation.verify(author, message, signature))
  const page = new NodePage({
    stored: { net, name, patienceMs: options.patienceMs },
    storage,
    clock,
    limits: identity.limits,
    hasWebRtc: options.connections !== undefined || typeof RTCPeerConnection === 'function',
    isHere: [options.clock, options.connections].some(Boolean) || typeof storage.blocks === 'function',
    openNetwork: (channels, opened, events) =>
      openNetwork(
        { ...options, ...identity, storage, clock, verify, connections: connections(channels) },
        opened,
        events,
      ),
  })
  const node = new MirrorNode({
    name,
    net,
    timers: clock,
    wallClock: () => clock.wallClock(),
    breathe: () => clock.breathe(),
    alternative: options.alternative,
    host: page,
  })
  const stopped = new AbortController()
  node.on('state', (state) => {
    if (state.status === 'error' && state.reason === 'stopped') stopped.abort()
  })
  page.start(node)
  const { signal } = options
  if (signal?.aborted) void node.stop()
  else signal?.addEventListener('abort', () => void node.stop(), { signal: stopped.signal })
  return node
}

interface NetworkParts extends Omit<NodeOptions, keyof NodeIdentityOptions | 'connections'>, NodeIdentityOptions {
  readonly storage: NodeStorage
  readonly clock: NodeClock
  readonly connections: Connections<MovedLink>
  readonly verify: Verify
}

/** The network of a node whose key is loaded. It is not started. */
const openNetwork = async (
  parts: NetworkParts,
  { peerId, sign }: OpenedIdentity,
  events: NetworkPortEvents<MovedLink>,
): Promise<NetworkPort> => {
  const { net, name, storage, clock, connections, verify, signalling = socketSignalling(parts) } = parts
  const knownKeys = await storage.openKnownKeys((trouble) => events.trouble(trouble))
  const upstreams = await Promise.all(
    parts.upstreams.map(async (upstream): Promise<Upstream> => ({
      name: upstream.name,
      pin: upstream.peerId,
      trusted: await knownKeys.get(net, upstream.name),
    })),
  )
  return new Network(
    {
      net,
      self: peerId,
      upstreams,
      signalling: signalling({ net, name, peerId, upstreams: upstreams.map((upstream) => upstream.name), sign }),
      createConnection: connections.create,
      pickIceServers: connections.pickIceServers,
      sign,
      verify,
      timers: clock,
      limits: {
        ...networkLimits,
        connectionsPerPage: connections.connectionsInLife ?? networkLimits.connectionsPerPage,
      },
      random: Math.random,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
    { ...events, remember: (upstream, key) => void knownKeys.remember(net, upstream, key) },
  )
}

const socketSignalling =
  ({ folder, build, token, clock }: NetworkParts): CreateSignalling =>
  (node) =>
    new SocketSignalling({
      ...node,
      folder,
      pageOrigin: globalThis.origin,
      build,
      token,
      timers: clock,
      limits: networkLimits,
      random: Math.random,
    })
