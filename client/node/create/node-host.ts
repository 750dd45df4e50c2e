/** Runs a node for a page: in a worker, or in the page where no worker can have its channels. */
import type { LinkIdentity } from '../../gossip/wire/link.ts'
import { ChannelLink } from '../../links/webrtc/channel-link.ts'
import { GossipChannel } from '../../links/webrtc/gossip-channel.ts'
import { createBlockStore } from '../../storage/block-store.ts'
import { openDatabase } from '../../storage/database.ts'
import { loadEd25519 } from '../../storage/load-ed25519.ts'
import { LocalNode } from '../local-node.ts'
import type { ChannelNumber, HostMessage, LoadedIdentity, NetworkHostEvent, PageMessage } from '../mirror/messages.ts'
import { MirrorFeed } from '../mirror/mirror-feed.ts'
import { RemoteNetwork } from '../mirror/remote-network.ts'
import type { BlockStorePort, NetworkPortEvents, OpenedIdentity } from '../shared/node-ports.ts'
import type { NameEvents, OpenBlocks, StoredNode } from '../shared/node-storage.ts'
import type { NodeClock } from './clock.ts'

export interface NodeHostOptions {
  readonly clock: NodeClock
  send(message: PageMessage): void
  /** Only in the page: opens the blocks that are `here`. */
  readonly openBlocks?: OpenBlocks | undefined
  /** The page is hidden, or no longer. */
  hidden(isHidden: boolean): void
}

type StartMessage = Extract<HostMessage, { type: 'start' }>

/** Milliseconds from the open connection to the open channel. Both open within some milliseconds. */
const openWithinMs = 5_000

interface Channel {
  readonly channel: GossipChannel
  link?: ChannelLink
}

/** A promise that a message settles. Nobody may wait for it when it rejects. */
class Deferred<Value> {
  resolve: (value: Value) => void = () => {}
  reject: (error: Error) => void = () => {}
  readonly promise = new Promise<Value>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })

  constructor() {
    this.promise.catch(() => {})
  }
}

/**
 * The node's side of the messages.
 *  1. A link is handed to the node when its channel is open. What comes before waits in the channel.
 *  2. The page owns the connections, the name and the key. Its network starts while the node loads its messages; what
 *     happens there meanwhile waits for the node.
 */
export class NodeHost {
  readonly #options: NodeHostOptions
  readonly #feed: MirrorFeed
  readonly #channels = new Map<ChannelNumber, Channel>()
  readonly #ed25519 = loadEd25519()
  #node: LocalNode | undefined
  #store: BlockStorePort | undefined
  #name: NameEvents | undefined
  #network: NetworkPortEvents | undefined
  /** What happened in the network before the node was loaded, in order; undefined: the node is loaded. */
  #early: (() => void)[] | undefined = []
  readonly #identity = new Deferred<OpenedIdentity>()
  readonly #connected = new Deferred<void>()

  constructor(options: NodeHostOptions) {
    this.#options = options
    const { clock } = options
    this.#feed = new MirrorFeed({
      timers: clock,
      breathe: () => clock.breathe(),
      wallClock: () => clock.wallClock(),
      send: (batch) => options.send({ type: 'batch', batch }),
    })
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'start':
        return this.#start(message)
      case 'name':
        return this.#named(message.event)
      case 'trouble':
        return this.#name?.trouble(message.trouble)
      case 'identity':
        return void this.#identified(message.identity).catch((error: unknown) => this.#fail(String(error)))
      case 'connected':
        return this.#connected.resolve(undefined)
      case 'fault':
        return this.#fail(message.message)
      case 'network':
        return this.#whenLoaded(() => this.#networkEvent(message.event))
      case 'channel':
        this.#channels.set(message.channel, { channel: new GossipChannel(message.port) })
        return this.#options.send({ type: 'listening', channel: message.channel })
      case 'linked':
        return this.#whenLoaded(() => void this.#linked(message.channel, message.identity))
      case 'last-frame':
        return this.#whenLoaded(() => this.#channels.get(message.channel)?.link?.receiveLast(message.frame))
      case 'connection-ended':
        return this.#whenLoaded(() => {
          this.#channels.get(message.channel)?.link?.connectionEnded(message.end)
          this.#channels.delete(message.channel)
        })
      case 'publish':
        for (const draft of message.drafts) void this.#feed.publish(draft)
        return undefined
      case 'send':
        return void this.#feed.send(message.message)
      case 'ask':
        return this.#feed.ask(message.entry)
      case 'disturb':
        return this.#node?.disturb(message.faults)
      case 'hidden':
        return this.#options.hidden(message.isHidden)
      case 'read':
        return this.#feed.read(message.isWhole)
      case 'stop':
        return void this.#stop()
    }
  }

  #start({ name, net, hasWebRtc, blocks, limits }: StartMessage): void {
    const { clock } = this.#options
    const openStore = async (trouble: NameEvents['trouble']): Promise<BlockStorePort> => {
      this.#store = await this.#openBlocks(blocks, { net, name, patienceMs: undefined }, trouble)
      return this.#store
    }
    this.#node = new LocalNode({
      name,
      net,
      hasWebRtc,
      limits,
      open: (events) => {
        this.#name = events
        return this.#identity.promise
      },
      openStore,
      connect: async (_identity, events) => {
        this.#network = events
        await this.#connected.promise
        return new RemoteNetwork(
          (message) => this.#options.send(message),
          () => this.#loaded(),
        )
      },
      verify: (author, message, signature) =>
        this.#ed25519.then((ed25519) => ed25519.verify(author, message, signature)),
      timers: clock,
      random: Math.random,
      wallClock: () => clock.wallClock(),
      lateMs: () => clock.lateMs(),
      breathe: () => clock.breathe(),
      wire: this.#feed,
    })
    this.#feed.follow(this.#node)
  }

  async #openBlocks(
    blocks: StartMessage['blocks'],
    node: StoredNode,
    trouble: NameEvents['trouble'],
  ): Promise<BlockStorePort> {
    const { clock, openBlocks } = this.#options
    if (blocks === 'here' && openBlocks) return openBlocks(node, trouble)
    // The page reports a database that does not open: it keeps the key there.
    let hasOpened = false
    const onUnavailable = (): void => {
      if (hasOpened) trouble('messages-not-stored')
    }
    const database = blocks === 'database' ? await openDatabase({ onUnavailable }) : undefined
    hasOpened = true
    const after: NodeClock['after'] = (delayMs, action) => clock.after(delayMs, action)
    return createBlockStore({ ...node, database, after, onFailure: onUnavailable })
  }

  #whenLoaded(action: () => void): void {
    if (this.#early) this.#early.push(action)
    else action()
  }

  #loaded(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const action of early) action()
  }

  #named(event: Extract<HostMessage, { type: 'name' }>['event']): void {
    if (event === 'held-elsewhere') this.#name?.heldElsewhere()
    else if (event === 'claimed') this.#name?.claimed()
    else this.#name?.lost()
  }

  async #identified(loaded: LoadedIdentity): Promise<void> {
    const { key } = loaded
    const sign = loaded.sign ?? (key && (await (await this.#ed25519).signer(key)))
    if (!sign) return this.#fail('the key can’t sign in this thread')
    this.#identity.resolve({ ...loaded, sign, release: () => this.#options.send({ type: 'release' }) })
  }

  #fail(message: string): void {
    this.#identity.reject(new Error(message))
    this.#connected.reject(new Error(message))
  }

  #networkEvent(event: NetworkHostEvent): void {
    const network = this.#network
    if (!network) return
    if (event.type === 'upstream') network.upstream(...event.values)
    else if (event.type === 'signalling') network.signalling(...event.values)
    else if (event.type === 'suspect') network.suspect(...event.values)
    else if (event.type === 'distrusted') network.distrusted(...event.values)
    else network.dropped(...event.values)
  }

  async #linked(number: ChannelNumber, identity: LinkIdentity): Promise<void> {
    const found = this.#channels.get(number)
    if (!found) return
    const { clock } = this.#options
    const link = new ChannelLink({
      ...identity,
      channel: found.channel,
      after: (delayMs, action) => clock.after(delayMs, action),
      // The page ends the connection when it is told that the link has closed.
      destroy: () => {},
    })
    found.link = link
    const tooLate = new Promise<false>((resolve) => void clock.after(openWithinMs, () => resolve(false)))
    const isOpen = await Promise.race([found.channel.opened, tooLate])
    if (isOpen) this.#network?.linked(link)
    else link.close()
    // The node did not take it, or it did not open: a link of the node is reported by the node itself.
    if (link.hasEnded) this.#options.send({ type: 'closed', link: identity.id, reason: 'connection-lost' })
  }

  async #stop(): Promise<void> {
    await this.#node?.stop()
    await this.#store?.flush()
    this.#options.send({ type: 'ended' })
  }
}
