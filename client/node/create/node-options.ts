import { type GossipLimits, gossipLimits } from '../../gossip/bounds/limits.ts'
import { type NodeName, parseNodeName } from '../../gossip/wire/node-name.ts'
import type { CreateConnections } from '../../links/webrtc/simple-peer-connections.ts'
import type { CreateSignalling } from '../../links/signalling/signalling.ts'
import { protocolLimits } from '../../../signal-server/shared/protocol.ts'
import { NodeError } from '../api/node-error.ts'
import { parseUpstream, type Upstream } from '../api/upstream.ts'
import type { NodeStorage } from '../shared/node-storage.ts'
import type { NodeClock } from './clock.ts'

/** What `createNode` needs to know; the ports have defaults for a browser. */
export interface NodeOptions {
  /** 1 to 32 letters, digits, `_` or `-`; unique in the network while the node is registered. */
  readonly name: string
  /** The network on the signalling server; same letters as a name. `main` by default. */
  readonly net?: string
  /** The nodes to dial: `node1`, or `node1@PeerId` for this key and no other under that name. At most 8. */
  readonly upstreams?: readonly string[]
  /** The address of the signalling server: http or https, with the folder that its page is in. */
  readonly server: string | URL
  /** The access token that a private server asks for. */
  readonly token?: string | undefined
  /** Stops the node, as `stop()` does. */
  readonly signal?: AbortSignal
  /** The id of the page's build, which the server compares with its own. */
  readonly build?: string | undefined
  /**
   * Milliseconds that another node of this browser with this name has to release it, before it is reported; 0: at once. The
   * default allows for the former document of a tab that is reloaded.
   */
  readonly patienceMs?: number | undefined
  /** A free name to offer where another node has this one, and the address of the page with it. */
  readonly alternative?: () => { readonly name: string; readonly href: string }
  /** How much this node keeps; by default as much as every node. */
  readonly retention?: Retention
  /** Where key and messages are kept; `browserStorage()` by default. */
  readonly storage?: NodeStorage
  /** Makes the port to WebRTC; that of simple-peer by default. */
  readonly connections?: CreateConnections
  /** How nodes without a link exchange offers and answers; Socket.IO by default. */
  readonly signalling?: CreateSignalling
  readonly clock?: NodeClock
}

/**
 * How much a node keeps. Other nodes have limits of their own: they get what is within these. Whatever is kept here, there are at
 * most 4,096 logs, one for each page load of an author; of more, the idlest goes.
 */
interface Retention {
  /** Bytes of memory for messages, at least 1 MiB: 32 MiB by default. A short message takes some 800. */
  readonly bytes?: number
  /**
   * Days for which a log is kept after its last message, at least 3, in time that this node spends with a neighbour: 3 by
   * default. After 3 days no node passes a log on.
   */
  readonly days?: number
}

/** The checked part of the options. */
export interface NodeIdentityOptions {
  readonly name: NodeName
  readonly net: NodeName
  readonly upstreams: readonly Upstream[]
  /** The folder of the signalling server's page. */
  readonly folder: string
  readonly limits: Partial<GossipLimits>
}

/** Throws a `NodeError` that names the option and its value. */
export const readNodeOptions = (options: NodeOptions): NodeIdentityOptions => {
  const { name, net = 'main', upstreams = [], server, token, retention = {} } = options
  const letters = '1 to 32 letters, digits, “_” or “-”'
  const parsedName = parseNodeName(name)
  if (!parsedName) throw new NodeError('bad-name', `name: ${shown(name)} is not a name: ${letters}`)
  const parsedNet = parseNodeName(net)
  if (!parsedNet) throw new NodeError('bad-net', `net: ${shown(net)} is not the name of a network: ${letters}`)
  if (token !== undefined && (token === '' || token.length > protocolLimits.tokenChars)) {
    throw new NodeError('bad-token', `token: has ${token.length} characters; the limit is ${protocolLimits.tokenChars}`)
  }
  return {
    name: parsedName,
    net: parsedNet,
    upstreams: readUpstreams(upstreams, parsedName),
    folder: readServer(server),
    limits: readRetention(retention),
  }
}

const readUpstreams = (texts: readonly string[], self: NodeName): readonly Upstream[] => {
  const byName = new Map<NodeName, Upstream>()
  for (const text of texts) {
    const upstream = parseUpstream(text)
    if (!upstream) throw new NodeError('bad-upstream', `upstreams: ${shown(text)} is neither a name nor name@PeerId`)
    if (upstream.name === self) throw new NodeError('bad-upstream', `upstreams: ${self} is the node itself`)
    const known = byName.get(upstream.name)
    if (known?.peerId && upstream.peerId && known.peerId !== upstream.peerId) {
      throw new NodeError('bad-upstream', `upstreams: ${upstream.name} is named with two keys`)
    }
    byName.set(upstream.name, { ...known, ...upstream })
  }
  if (byName.size > protocolLimits.upstreams) {
    throw new NodeError('bad-upstream', `upstreams: ${byName.size} are named; the limit is ${protocolLimits.upstreams}`)
  }
  return [...byName.values()]
}

const readRetention = ({ bytes, days }: Retention): Partial<GossipLimits> => {
  if (bytes !== undefined && !(bytes >= 1_048_576 && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw new NodeError('bad-retention', `retention.bytes: ${shown(bytes)} is not a number of bytes from 1048576 on`)
  }
  if (days !== undefined && !(days >= 3 && days <= 36_500)) {
    throw new NodeError('bad-retention', `retention.days: ${shown(days)} is not a number of days from 3 to 36500`)
  }
  const { entryBytes, maxBlocks, logExpiresAfterMs, logDeletedAfterMs } = gossipLimits
  return {
    // A block has an entry or more, so the bytes are the limit.
    ...(bytes !== undefined && { maxHeldBytes: bytes, maxBlocks: Math.max(maxBlocks, Math.ceil(bytes / entryBytes)) }),
    // The hour between expiry and deletion stays: neighbours need it to report a younger age (R2).
    ...(days !== undefined && { logDeletedAfterMs: days * 86_400_000 + (logDeletedAfterMs - logExpiresAfterMs) }),
  }
}

const readServer = (server: string | URL): string => {
  try {
    const url = new URL('.', server)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url.href
  } catch {
    // The error below names the text.
  }
  throw new NodeError('bad-server', `server: ${shown(String(server))} is not an http or https address`)
}

const shown = (value: unknown): string => JSON.stringify(String(value).slice(0, 80))
