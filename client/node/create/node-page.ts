import type { GossipLimits } from '../../gossip/bounds/limits.ts'
import type { LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { EntryRef, LinkFault } from '../api/grapevine.ts'
import type { HostMessage, MirroredDraft, MirroredSend, PageMessage } from '../mirror/messages.ts'
import type { MirrorHost } from '../mirror/mirror-host.ts'
import type { MirrorNode } from '../mirror/mirror-node.ts'
import type { NetworkPort, NetworkPortEvents, OpenedIdentity } from '../shared/node-ports.ts'
import type { NodeStorage, StoredNode } from '../shared/node-storage.ts'
import { isPageHidden, type NodeClock } from './clock.ts'
import { HostThread } from './host-thread.ts'
import { MovedChannels, type MovedLink } from './moved-channels.ts'

export interface NodePageOptions {
  readonly stored: StoredNode
  readonly storage: NodeStorage
  readonly clock: NodeClock
  readonly hasWebRtc: boolean
  /** Limits of the core that differ from its defaults. */
  readonly limits: Partial<GossipLimits>
  /** The node must run in this thread. */
  readonly isHere: boolean
  /** Makes the network, which is not started yet. */
  openNetwork(
    channels: MovedChannels,
    identity: OpenedIdentity,
    events: NetworkPortEvents<MovedLink>,
  ): Promise<NetworkPort>
}

/** Milliseconds for the host to say bye and to write what it stores. */
const stopWithinMs = 1_000

/**
 * The page's side of a node that runs elsewhere: name, key, network and connections are here, since a worker can't have
 * them; everything else is with the host.
 */
export class NodePage implements MirrorHost {
  readonly #options: NodePageOptions
  readonly #thread: HostThread
  readonly #channels: MovedChannels
  readonly #links = new Map<LinkId, MovedLink>()
  readonly #aborter = new AbortController()
  readonly #ended: Promise<void>
  #hasEnded: () => void = () => {}
  #mirror: MirrorNode | undefined
  #identity: OpenedIdentity | undefined
  #network: NetworkPort | undefined
  #farewell: readonly Uint8Array<ArrayBuffer>[] = []
  #isUnloading = false
  /** Published in this turn. */
  readonly #drafts: MirroredDraft[] = []

  constructor(options: NodePageOptions) {
    this.#options = options
    const { storage, clock, isHere } = options
    this.#ended = new Promise((resolve) => {
      this.#hasEnded = resolve
    })
    this.#thread = new HostThread({
      clock,
      isHere,
      openBlocks: typeof storage.blocks === 'function' ? storage.blocks : undefined,
      receive: (message) => this.#receive(message),
      failed: (message) => this.#mirror?.become({ status: 'error', reason: 'fault', message }),
      decided: (thread) => this.#mirror?.diagnosed.thread(thread),
    })
    this.#channels = new MovedChannels((message, transfer) => this.#thread.send(message, transfer))
  }

  /** Starts the node behind this mirror. */
  start(mirror: MirrorNode): void {
    this.#mirror = mirror
    const { stored, storage, hasWebRtc, limits } = this.#options
    const { name, net } = stored
    this.#send({
      type: 'start',
      name,
      net,
      hasWebRtc,
      blocks: typeof storage.blocks === 'function' ? 'here' : storage.blocks,
      limits,
    })
    globalThis.addEventListener?.('pagehide', this.#unload)
    globalThis.document?.addEventListener('freeze', this.#freeze)
    globalThis.document?.addEventListener('visibilitychange', this.#changeVisibility)
    this.#changeVisibility()
    if (hasWebRtc) void this.#open().catch((error: unknown) => this.#send({ type: 'fault', message: String(error) }))
  }

  publish(draft: MirroredDraft): void {
    this.#drafts.push(draft)
    if (this.#drafts.length > 1) return
    queueMicrotask(() => {
      const drafts = this.#drafts.splice(0)
      // The mirror has made them its own.
      const owned = drafts.flatMap(({ body }) => (body instanceof Uint8Array ? body.buffer : []))
      this.#thread.send({ type: 'publish', drafts }, [], owned as ArrayBuffer[])
    })
  }

  /** In the order of the calls: messages to one neighbour keep it. */
  send(message: MirroredSend): void {
    this.#send({ type: 'send', message })
  }

  ask(entry: EntryRef): void {
    this.#send({ type: 'ask', entry })
  }

  disturb(faults: readonly LinkFault[]): void {
    this.#send({ type: 'disturb', faults })
  }

  trust(upstream: string): void {
    this.#network?.trust(upstream)
  }

  /** A page that is being unloaded has no later turn, so it sends the farewell and ends its connections itself. */
  async stop(): Promise<void> {
    this.#aborter.abort()
    this.#network?.stop()
    for (const link of this.#links.values()) link.sendLast(this.#farewell)
    this.#send({ type: 'stop' })
    if (this.#isUnloading) this.#closeAll()
    const cancel = this.#options.clock.after(stopWithinMs, () => this.#hasEnded())
    await this.#ended
    cancel()
    this.#closeAll()
    globalThis.removeEventListener?.('pagehide', this.#unload)
    globalThis.document?.removeEventListener('freeze', this.#freeze)
    globalThis.document?.removeEventListener('visibilitychange', this.#changeVisibility)
    this.#thread.end()
  }

  readonly #unload = (): void => {
    this.#isUnloading = true
    // The page may come back from the back/forward cache.
    this.#options.clock.after(0, () => {
      this.#isUnloading = false
    })
    if (this.#aborter.signal.aborted) this.#closeAll()
  }

  /** A frozen worker would hold its transaction: the browser removes such a page from the back/forward cache. */
  readonly #freeze = (): void => {
    if (this.#aborter.signal.aborted) this.#thread.end()
  }

  readonly #changeVisibility = (): void => {
    this.#send({ type: 'hidden', isHidden: isPageHidden() })
  }

  async #open(): Promise<void> {
    const { stored, storage } = this.#options
    const { signal } = this.#aborter
    const identity = await storage.openIdentity(
      stored,
      {
        heldElsewhere: () => this.#send({ type: 'name', event: 'held-elsewhere' }),
        claimed: () => this.#send({ type: 'name', event: 'claimed' }),
        lost: () => this.#send({ type: 'name', event: 'lost' }),
        trouble: (trouble) => this.#send({ type: 'trouble', trouble }),
      },
      signal,
    )
    this.#identity = identity
    if (signal.aborted) return this.#release()
    const { peerId, epoch, key, isNewKey, sign } = identity
    this.#send({ type: 'identity', identity: { peerId, epoch, isNewKey, ...(key ? { key } : { sign }) } })
    this.#network = await this.#options.openNetwork(this.#channels, identity, this.#networkEvents())
    this.#send({ type: 'connected' })
    // The node may still load its messages: the host keeps what happens meanwhile.
    if (!signal.aborted) this.#network.start()
  }

  #networkEvents(): NetworkPortEvents<MovedLink> {
    const send = this.#send.bind(this)
    return {
      linked: (link) => {
        const { id, peerId, name, direction, channel } = link
        this.#links.set(id, link)
        send({ type: 'linked', channel, identity: { id, peerId, name, direction } })
      },
      upstream: (...values) => send({ type: 'network', event: { type: 'upstream', values } }),
      suspect: (...values) => send({ type: 'network', event: { type: 'suspect', values } }),
      distrusted: (...values) => send({ type: 'network', event: { type: 'distrusted', values } }),
      signalling: (...values) => send({ type: 'network', event: { type: 'signalling', values } }),
      dropped: (...values) => send({ type: 'network', event: { type: 'dropped', values } }),
      trouble: (trouble) => send({ type: 'trouble', trouble }),
      contact: (contact) => this.#mirror?.diagnosed.contact(contact),
      iceServers: (counts) => this.#mirror?.diagnosed.iceServers(counts),
      tried: (upstream: NodeName, status) => this.#mirror?.diagnosed.tried(upstream, status),
    }
  }

  #receive(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        return undefined
      case 'listening':
        return this.#channels.listening(message.channel)
      case 'network-stop':
        return this.#network?.stop()
      case 'closed':
        return this.#closed(message)
      case 'quiet':
        return this.#network?.setQuiet(message.link, message.isQuiet)
      case 'release':
        // `stop` releases the name when all is stored.
        if (this.#aborter.signal.aborted) return undefined
        this.#network?.stop()
        return this.#release()
      case 'batch': {
        this.#farewell = message.batch.farewell ?? this.#farewell
        const isWhole = this.#mirror?.apply(message.batch) ?? true
        return this.#send({ type: 'read', isWhole })
      }
      case 'ended':
        return this.#hasEnded()
    }
  }

  #closed({ link: id, reason }: Extract<PageMessage, { type: 'closed' }>): void {
    const link = this.#links.get(id)
    if (!link) return
    this.#links.delete(id)
    link.close()
    this.#network?.closed(link, reason)
  }

  /** The name is released last: the node that gets it reads what this one has stored. */
  #closeAll(): void {
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
    this.#release()
  }

  #release(): void {
    this.#identity?.release()
    this.#identity = undefined
  }

  #send(message: HostMessage, transfer: readonly Transferable[] = []): void {
    this.#thread.send(message, transfer)
  }
}
