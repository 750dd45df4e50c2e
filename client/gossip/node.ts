import { type VerifiedBlock, blockId } from './block.ts'
import type { Entry } from './entry.ts'
import { type Envelope, protocolVersion, type ReceivedEnvelope } from './envelope.ts'
import { Ledger } from './ledger.ts'
import { type GossipLimits, gossipLimits } from './limits.ts'
import type { LinkId } from './link.ts'
import { type Liveness, Neighbour, type NeighbourIdentity } from './neighbour.ts'
import type { NodeName } from './node-name.ts'
import { SeenCache } from './seen-cache.ts'

/** Blocks are opened by the runtime, which verifies them. */
export type PlainEnvelope = Exclude<ReceivedEnvelope, { type: 'push' }>

export type GossipEvent =
  | { readonly type: 'link-up'; readonly neighbour: NeighbourIdentity }
  | { readonly type: 'link-down'; readonly link: LinkId }
  /** A frame has come, whatever is in it; sent before the frame is decoded and checked. */
  | { readonly type: 'heard'; readonly link: LinkId }
  | { readonly type: 'envelope'; readonly link: LinkId; readonly envelope: PlainEnvelope }
  | {
      readonly type: 'push'
      readonly link: LinkId
      readonly block: VerifiedBlock
      readonly path: readonly NodeName[]
    }
  /** A copy of a block that `hasSeen` knows, dropped before its signature was looked at. */
  | { readonly type: 'duplicate'; readonly link: LinkId }
  /** What came on the link is not what a node sends. */
  | { readonly type: 'invalid'; readonly link: LinkId; readonly reason: InvalidReason }
  /** The server says that this neighbour has just registered: is the old link still alive? */
  | { readonly type: 'probe'; readonly link: LinkId }
  | { readonly type: 'publish'; readonly block: VerifiedBlock }
  | { readonly type: 'stop' }
  | { readonly type: 'tick' }

/** Why a frame is dropped. Each is a strike: an honest node of this version sends none of them. */
export type InvalidReason =
  | 'oversized-frame'
  | 'text-frame'
  | 'malformed-frame'
  | 'malformed-block'
  | 'bad-signature'
  /** The path does not begin with the author, or says that the sender is the author, and it is not. */
  | 'bad-path'
  /** Anything before hello, a second hello, or a hello that contradicts the signed introduction. */
  | 'bad-hello'

/** Why something is dropped that is nobody's fault. */
export type DropReason = InvalidReason | 'duplicate' | 'unasked-ack' | 'link-gone' | 'too-many-links'

export type CutReason = 'misbehaved' | 'silent' | 'wrong-version' | 'said-bye' | 'too-many-links' | 'stopped'

export type GossipEffect =
  | { readonly type: 'send'; readonly link: LinkId; readonly envelope: Envelope }
  | { readonly type: 'deliver'; readonly entry: Entry }
  | { readonly type: 'drop'; readonly reason: DropReason; readonly link: LinkId | undefined }
  /** The neighbour greeted, fell quiet or was heard again, or its round trip was measured. */
  | {
      readonly type: 'neighbour'
      readonly link: LinkId
      readonly liveness: Exclude<Liveness, 'silent'>
      readonly rttMs: number | undefined
    }
  /** Close the link. The core has forgotten it already. */
  | { readonly type: 'cut'; readonly link: LinkId; readonly reason: CutReason }

export interface GossipOptions {
  readonly name: NodeName
  readonly epoch: string
  /** Hex hash of a text. Injected: the core imports nothing. */
  readonly hash: (text: string) => string
  readonly limits?: Partial<GossipLimits>
}

/**
 * The protocol of one node, without I/O: `handle(event, now)` gives effects. Rules (README.md):
 *  G1 hello is the first envelope on every link, both ways; until it came, nothing else is taken or sent.
 *  G2 a block is delivered once: the first verified copy counts, later ones are dropped as `duplicate`.
 *  G3 a block goes on to every greeted neighbour but the one it came from.
 *  G4 an id counts as seen only once its block is verified, so a forged copy can't hide the real one.
 *  G5 a path is built from the names that links have proven, hop by hop.
 *  G6 three invalid frames on a link end it.
 *  G7 silence makes a neighbour quiet, then cuts its link; this tab's own standstill is no silence.
 *  G8 after bye nothing is sent.
 */
export class GossipNode {
  readonly #options: GossipOptions
  readonly #limits: GossipLimits
  readonly #neighbours = new Map<LinkId, Neighbour>()
  readonly #seen: SeenCache
  readonly #ledger: Ledger
  #lastEventAt: number | undefined
  #effects: GossipEffect[] = []

  constructor(options: GossipOptions) {
    this.#options = options
    this.#limits = { ...gossipLimits, ...options.limits }
    this.#seen = new SeenCache(this.#limits.maxSeenIds)
    this.#ledger = new Ledger(this.#limits, options.hash)
  }

  /** For the runtime's check before the signature: a copy of what is here already need not be verified. */
  hasSeen(id: string): boolean {
    return this.#seen.has(id)
  }

  entries(): readonly Entry[] {
    return this.#ledger.entries()
  }

  digest(): string {
    return this.#ledger.digest()
  }

  /** When a `tick` is next due, in the scale of `now`; Infinity while there is nothing to wait for. */
  nextWakeAt(): number {
    let at = Infinity
    for (const neighbour of this.#neighbours.values()) at = Math.min(at, neighbour.nextWakeAt())
    return at
  }

  /** `now`: milliseconds, never running backwards; only differences count. */
  handle(event: GossipEvent, now: number): readonly GossipEffect[] {
    this.#effects = []
    this.#forgiveStandstill(now)
    this.#take(event, now)
    this.#watch(now)
    return this.#effects
  }

  #take(event: GossipEvent, now: number): void {
    switch (event.type) {
      case 'publish':
        return this.#deliver(event.block, [this.#options.name], undefined)
      case 'link-up':
        return this.#linkUp(event.neighbour, now)
      case 'stop':
        return this.#stop()
      case 'tick':
        return undefined
      default:
        return this.#takeFromLink(event, now)
    }
  }

  #takeFromLink(event: Extract<GossipEvent, { link: LinkId }>, now: number): void {
    const neighbour = this.#neighbours.get(event.link)
    // A frame that was being verified while its link ended.
    if (!neighbour) return event.type === 'link-down' ? undefined : this.#drop('link-gone', undefined)
    switch (event.type) {
      case 'link-down':
        this.#neighbours.delete(event.link)
        return undefined
      case 'heard':
        return neighbour.heard(now)
      case 'duplicate':
        return this.#drop('duplicate', event.link)
      case 'probe':
        return neighbour.probe(now)
      case 'invalid':
        return this.#strike(neighbour, event.reason)
      case 'push':
        return this.#takePush(neighbour, event.block, event.path)
      case 'envelope':
        return this.#takeEnvelope(neighbour, event.envelope, now)
    }
  }

  #takeEnvelope(neighbour: Neighbour, envelope: PlainEnvelope, now: number): void {
    const { link } = neighbour.identity
    if (envelope.type === 'bye') return this.#cut(neighbour, 'said-bye')
    if (envelope.type === 'foreign-hello') return this.#cut(neighbour, 'wrong-version')
    if (neighbour.hasGreeted === (envelope.type === 'hello')) return this.#strike(neighbour, 'bad-hello') // G1
    switch (envelope.type) {
      case 'hello':
        if (envelope.name !== neighbour.identity.name) return this.#strike(neighbour, 'bad-hello')
        neighbour.hasGreeted = true
        return this.#report(neighbour)
      case 'heartbeat':
        return this.#send(link, { type: 'heartbeat-ack', count: envelope.count })
      case 'heartbeat-ack':
        if (!neighbour.answered(envelope.count, now)) return this.#drop('unasked-ack', link)
        return this.#report(neighbour)
    }
  }

  #takePush(neighbour: Neighbour, block: VerifiedBlock, path: readonly NodeName[]): void {
    const { link, peerId, name } = neighbour.identity
    if (!neighbour.hasGreeted) return this.#strike(neighbour, 'bad-hello') // G1
    if (this.#seen.has(blockId(block))) return this.#drop('duplicate', link) // G2
    // A relay must not accept what the next hop refuses: the author's link name begins the path that goes on.
    const isFromAuthor = peerId === block.author && name === block.name
    const beginsWithAuthor = path.length === 0 ? isFromAuthor : path[0] === block.name
    if (!beginsWithAuthor) return this.#strike(neighbour, 'bad-path') // G5
    return this.#deliver(block, [...path, name, this.#options.name], link)
  }

  /** G2, G3, G4. `path` ends with this node's name. */
  #deliver(block: VerifiedBlock, path: readonly NodeName[], from: LinkId | undefined): void {
    this.#seen.add(blockId(block))
    for (const entry of this.#ledger.add(block, path)) this.#effects.push({ type: 'deliver', entry })
    // The receiver appends the name of the link it comes by, so a hop can't be left out by the one who made it.
    const before = path.slice(0, -1).slice(0, this.#limits.maxPathNames - 2)
    const envelope: Envelope = { type: 'push', block: block.bytes, signature: block.signature, path: before }
    for (const [link, neighbour] of this.#neighbours) {
      if (link !== from && neighbour.hasGreeted) this.#send(link, envelope)
    }
  }

  #linkUp(identity: NeighbourIdentity, now: number): void {
    // A neighbour that comes back takes its own place, before its old link has ended.
    const others = [...this.#neighbours.values()].filter((other) => other.identity.peerId !== identity.peerId)
    if (others.length >= this.#limits.maxLinks) {
      this.#drop('too-many-links', identity.link)
      this.#effects.push({ type: 'cut', link: identity.link, reason: 'too-many-links' })
      return
    }
    this.#neighbours.set(identity.link, new Neighbour(identity, this.#limits, now))
    const { name, epoch } = this.#options
    this.#send(identity.link, { type: 'hello', version: protocolVersion, name, epoch })
  }

  #stop(): void {
    for (const neighbour of this.#neighbours.values()) {
      this.#send(neighbour.identity.link, { type: 'bye' })
      this.#cut(neighbour, 'stopped')
    }
  }

  #strike(neighbour: Neighbour, reason: InvalidReason): void {
    this.#drop(reason, neighbour.identity.link)
    neighbour.strikes += 1
    if (neighbour.strikes >= this.#limits.strikes) this.#cut(neighbour, 'misbehaved') // G6
  }

  #cut(neighbour: Neighbour, reason: CutReason): void {
    this.#neighbours.delete(neighbour.identity.link)
    this.#effects.push({ type: 'cut', link: neighbour.identity.link, reason })
  }

  /** G7: what time alone decides, after every event. */
  #watch(now: number): void {
    for (const neighbour of this.#neighbours.values()) {
      const liveness = neighbour.livenessAt(now)
      if (liveness === 'silent') {
        this.#cut(neighbour, 'silent')
        continue
      }
      const count = neighbour.takeHeartbeat(now)
      if (count !== undefined) this.#send(neighbour.identity.link, { type: 'heartbeat', count })
      if (liveness === neighbour.liveness) continue
      neighbour.liveness = liveness
      if (neighbour.hasGreeted) this.#report(neighbour)
    }
  }

  #forgiveStandstill(now: number): void {
    const gapMs = now - (this.#lastEventAt ?? now)
    this.#lastEventAt = now
    if (gapMs < this.#limits.stallAfterMs) return
    for (const neighbour of this.#neighbours.values()) neighbour.forgive(gapMs)
  }

  #report({ identity, liveness, rttMs }: Neighbour): void {
    this.#effects.push({ type: 'neighbour', link: identity.link, liveness, rttMs })
  }

  #drop(reason: DropReason, link: LinkId | undefined): void {
    this.#effects.push({ type: 'drop', reason, link })
  }

  #send(link: LinkId, envelope: Envelope): void {
    this.#effects.push({ type: 'send', link, envelope })
  }
}
