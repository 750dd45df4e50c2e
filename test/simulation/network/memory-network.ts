import type { LogId } from '../../../client/gossip/wire/block.ts'
import { type NodeName, parseNodeName } from '../../../client/gossip/wire/node-name.ts'
import type { Link, LinkId, LinkIdentity } from '../../../client/gossip/wire/link.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import type { StoredBlock } from '../../../client/gossip/wire/stored-block.ts'
import type { BlockStorePort, CloseReason, NetworkPortEvents } from '../../../client/node/shared/node-ports.ts'
import { LocalNode } from '../../../client/node/local-node.ts'
import type { WireRecord } from '../../../client/node/wire/wire-tap.ts'
import { createMemoryLinks } from '../../memory-link.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../node/fake-signatures.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface MemoryNode {
  readonly node: LocalNode
  readonly name: NodeName
  readonly peerId: PeerId
  /** The events that the node gets from its network. */
  readonly events: NetworkPortEvents
  readonly closed: { readonly link: LinkIdentity; readonly reason: CloseReason }[]
}

/** For a node that is mirrored in another thread. */
interface Mirroring {
  readonly wire?: WireRecord
  /** Called at once: the node has emitted no event yet. */
  readonly created?: (node: LocalNode) => void
}

/** What both directions of a link have in common. */
export interface Wire {
  readonly bytesPerMs: number
  /** The send window of each direction. */
  readonly windowBytes: number
}

const wideWire: Wire = { bytesPerMs: Infinity, windowBytes: 1_048_576 }

/** The storage of one node, in the order of storing. A later page load may get the same storage. */
export class MemoryStore implements BlockStorePort {
  blocks: StoredBlock[] = []
  networkMs = 0

  async load(): Promise<readonly StoredBlock[]> {
    return [...this.blocks]
  }

  note(networkMs: number): void {
    this.networkMs = networkMs
  }

  append(block: StoredBlock): void {
    this.blocks.push(block)
  }

  forget(log: LogId, height: number): void {
    this.blocks = this.blocks.filter((block) => block.log !== log || block.height > height)
  }

  discard(block: StoredBlock): void {
    this.blocks = this.blocks.filter((other) => other !== block)
  }

  async flush(networkMs: number): Promise<void> {
    this.networkMs = networkMs
  }

  async retire(): Promise<void> {
    // Every block is written at once.
  }
}

/** Whole nodes under virtual time, without WebRTC and without real storage. The test opens their links. */
export class MemoryNetwork {
  /** Milliseconds by which this machine's clock is ahead. */
  aheadMs = 0
  /** Milliseconds by which the timers of all nodes are late. */
  lateMs = 0
  readonly #clock: VirtualClock
  readonly #latencyMs: number
  #links = 0
  #nodes = 0

  constructor(clock: VirtualClock, latencyMs = 10) {
    this.#clock = clock
    this.#latencyMs = latencyMs
  }

  /** Starts a node that is registered and has no links yet. It gets a new key if none is given. */
  async start(
    text: string,
    epochCount = 1,
    store: BlockStorePort = new MemoryStore(),
    key?: PeerId,
    { wire, created }: Mirroring = {},
  ): Promise<MemoryNode> {
    const name = parseNodeName(text)
    if (!name) throw new Error(`not a name: ${text}`)
    this.#nodes += 1
    const peerId = key ?? fakePeerId(this.#nodes)
    const epoch = `${epochCount}-${this.#nodes.toString(16).padStart(16, '0')}`
    const closed: MemoryNode['closed'] = []
    let events: NetworkPortEvents | undefined
    const node = new LocalNode({
      name,
      net: 'test',
      hasWebRtc: true,
      open: async () => ({ peerId, epoch, sign: fakeSign(peerId), isNewKey: true, release: () => {} }),
      connect: async (_identity, networkEvents) => {
        events = networkEvents
        return {
          start: () => networkEvents.signalling({ status: 'registered' }),
          stop: () => {},
          closed: (link, reason) => void closed.push({ link, reason }),
          setQuiet: () => {},
          trust: () => {},
        }
      },
      verify: fakeVerify,
      timers: this.#clock,
      openStore: async () => store,
      random: () => 0.5,
      wallClock: () => 1_700_000_000_000 + this.aheadMs + this.#clock.now(),
      lateMs: () => this.lateMs,
      breathe: () => new Promise((resolve) => void this.#clock.after(0, resolve)),
      alternative: () => ({ name: `${text}-2`, href: `/?id=${text}-2` }),
      ...(wire && { wire }),
    })
    created?.(node)
    await this.#clock.pass(0)
    if (!events) throw new Error(`${text} did not connect`)
    return { node, name, peerId, events, closed }
  }

  /** Opens a link. Returns its two ends, and functions that hold back the frames of both directions. */
  link(dialler: MemoryNode, upstream: MemoryNode, { bytesPerMs, windowBytes }: Wire = wideWire): MemoryLinks {
    const idOf = (): LinkId => (this.#links += 1) as LinkId
    let held: (() => void)[] | undefined
    let isLosing = false
    let isFreeAt = 0
    const arrive = (action: () => void): void => {
      if (isLosing) return
      if (held) held.push(action)
      else action()
    }
    const links = createMemoryLinks(
      { id: idOf(), peerId: dialler.peerId, name: dialler.name },
      { id: idOf(), peerId: upstream.peerId, name: upstream.name },
      {
        deliver: (action, bytes) => {
          isFreeAt = Math.max(isFreeAt, this.#clock.now()) + bytes / bytesPerMs
          this.#clock.after(isFreeAt - this.#clock.now() + this.#latencyMs, () => arrive(action))
        },
        // `deliver` has just reserved the wire.
        leave: (action) => void this.#clock.after(isFreeAt - this.#clock.now(), action),
        windowBytes,
      },
    )
    dialler.events.upstream({ name: upstream.name, peerId: upstream.peerId, phase: 'linked', reason: undefined })
    dialler.events.linked(links.toUpstream)
    upstream.events.linked(links.toDialler)
    return {
      ...links,
      hold: () => {
        held = []
      },
      lose: () => {
        isLosing = true
      },
      resume: () => {
        isLosing = false
        const late = held ?? []
        held = undefined
        for (const action of late) action()
      },
    }
  }
}

type NodesNamed<Names extends readonly string[]> = { readonly [Index in keyof Names]: MemoryNode }

/** Nodes with these names and no links, in a network with a clock of its own. */
export const startNodes = async <const Names extends readonly string[]>(names: Names, latencyMs?: number) => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock, latencyMs)
  const nodes: MemoryNode[] = []
  for (const name of names) nodes.push(await network.start(name))
  return { clock, network, nodes: nodes as NodesNamed<Names> }
}

/** The same nodes in a line: each dials the node before it. Gives them time to greet each other. */
export const startLine = async <const Names extends readonly string[]>(names: Names, latencyMs?: number) => {
  const { clock, network, nodes } = await startNodes(names, latencyMs)
  const links: MemoryLinks[] = []
  for (const [index, upstream] of nodes.slice(0, -1).entries()) {
    const dialler = nodes[index + 1]
    if (dialler) links.push(network.link(dialler, upstream))
  }
  await clock.pass(100)
  return { clock, network, nodes, links }
}

export interface MemoryLinks {
  readonly toUpstream: Link
  readonly toDialler: Link
  /** Frames wait until `resume`. */
  hold(): void
  /** Frames are lost until `resume`. Real links lose no frames, but the nodes repair the loss in the same manner. */
  lose(): void
  resume(): void
}
