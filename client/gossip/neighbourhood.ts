import type { CutReason } from './gossip-effect.ts'
import type { InvalidReason, PlainEnvelope } from './gossip-event.ts'
import { type Envelope, protocolVersion } from './wire/envelope.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { LinkId } from './wire/link.ts'
import { Neighbour, type NeighbourIdentity } from './links/neighbour.ts'
import type { NodeName } from './wire/node-name.ts'
import type { Holdings } from './anti-entropy/anti-entropy.ts'

/** What `hello` carries of a node itself. */
export interface Introduction {
  readonly name: NodeName
  readonly epoch: string
}

export interface NeighbourhoodPort {
  send(neighbour: Neighbour, envelope: Envelope): void
  /** What `hello` and heartbeats carry of the ledger. */
  holdings(): Holdings
  /** The neighbour became quiet or is up again. */
  livenessChanged(neighbour: Neighbour, now: number): void
  drop(reason: InvalidReason | 'too-many-links', link: LinkId): void
  /** The link has ended, by whichever side. */
  linkEnded(neighbour: Neighbour): void
  /** Close the link. Called after `linkEnded`. */
  cut(link: LinkId, reason: CutReason): void
}

/**
 * The links of a node: which there are, how alive they are, and when they end (rules G).
 *  1. A link is kept from its opening until its end or its cut. `linkEnded` is called once for each link.
 *  2. There are at most `maxLinks`, not counting the old link of a neighbour that comes back.
 *  3. A link accepts nothing but `hello` first, and no second `hello` later (G1).
 *  4. Three strikes end a link (G2), and so does silence, which is checked after every event (G3).
 */
export class Neighbourhood {
  readonly #self: Introduction
  readonly #limits: GossipLimits
  readonly #port: NeighbourhoodPort
  readonly #neighbours = new Map<LinkId, Neighbour>()
  #lastEventAt: number | undefined

  constructor(self: Introduction, limits: GossipLimits, port: NeighbourhoodPort) {
    this.#self = self
    this.#limits = limits
    this.#port = port
  }

  /** A neighbour has greeted. */
  get isInNetwork(): boolean {
    for (const { hasGreeted } of this.#neighbours.values()) if (hasGreeted) return true
    return false
  }

  on(link: LinkId): Neighbour | undefined {
    return this.#neighbours.get(link)
  }

  /** Sends `hello`, or refuses the link. */
  linkUp(identity: NeighbourIdentity, now: number): void {
    const { link, peerId } = identity
    // A neighbour that comes back may do so before its old link has ended.
    const others = [...this.#neighbours.values()].filter((other) => other.identity.peerId !== peerId)
    if (others.length >= this.#limits.maxLinks) {
      this.#port.drop('too-many-links', link)
      return this.#port.cut(link, 'too-many-links')
    }
    const neighbour = new Neighbour(identity, this.#limits, now)
    this.#neighbours.set(link, neighbour)
    const { name, epoch } = this.#self
    this.#port.send(neighbour, { type: 'hello', version: protocolVersion, name, epoch, ...this.#port.holdings() })
  }

  /** The link has ended by itself or by the other side. */
  forget(neighbour: Neighbour): void {
    this.#neighbours.delete(neighbour.identity.link)
    this.#port.linkEnded(neighbour)
  }

  cut(neighbour: Neighbour, reason: CutReason): void {
    this.forget(neighbour)
    this.#port.cut(neighbour.identity.link, reason)
  }

  strike(neighbour: Neighbour, reason: InvalidReason): void {
    this.#port.drop(reason, neighbour.identity.link)
    if (neighbour.strike()) this.cut(neighbour, 'misbehaved') // G2
  }

  /** G1: gives whether the envelope may come now. If not, it is a strike or ends the link. */
  admits(neighbour: Neighbour, envelope: PlainEnvelope): envelope is Exclude<PlainEnvelope, { type: 'foreign-hello' }> {
    if (envelope.type === 'foreign-hello') this.cut(neighbour, 'wrong-version')
    else if (envelope.type === 'bye') return true
    else if (neighbour.hasGreeted === (envelope.type === 'hello')) this.strike(neighbour, 'bad-hello')
    else if (envelope.type === 'hello' && envelope.name !== neighbour.identity.name) this.strike(neighbour, 'bad-hello')
    else return true
    return false
  }

  /** G3: does what is due. */
  watch(now: number): void {
    for (const neighbour of this.#neighbours.values()) {
      const liveness = neighbour.livenessAt(now)
      if (liveness === 'silent') {
        this.cut(neighbour, 'silent')
        continue
      }
      this.#beat(neighbour, now)
      if (neighbour.setLiveness(liveness)) this.#port.livenessChanged(neighbour, now)
    }
  }

  /** Before every event. Gives for how long this tab stood still, milliseconds: no neighbour was silent for that time. */
  forgiveStandstill(now: number): number {
    const gapMs = now - (this.#lastEventAt ?? now)
    this.#lastEventAt = now
    if (gapMs < this.#limits.stallAfterMs) return 0
    for (const neighbour of this.#neighbours.values()) neighbour.forgive(gapMs)
    return gapMs
  }

  /** G4. */
  sayBye(): void {
    for (const neighbour of this.#neighbours.values()) {
      this.#port.send(neighbour, { type: 'bye' })
      this.cut(neighbour, 'stopped')
    }
  }

  nextWakeAt(): number {
    let at = Infinity
    for (const neighbour of this.#neighbours.values()) at = Math.min(at, neighbour.nextWakeAt())
    return at
  }

  #beat(neighbour: Neighbour, now: number): void {
    const heartbeat = neighbour.dueHeartbeat(now)
    if (heartbeat) this.#port.send(neighbour, { type: 'heartbeat', ...heartbeat, ...this.#port.holdings() })
  }
}
