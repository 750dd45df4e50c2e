import type { Deadlines } from './bounds/deadlines.ts'
import type { InvalidReason } from './effects/gossip-effect.ts'
import type { Outbox } from './effects/outbox.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { Ledger } from './ledger/ledger.ts'
import { Neighbour, type NeighbourIdentity } from './links/neighbour.ts'
import type { PlainEnvelope } from './links/inbox.ts'
import { protocolVersion } from './wire/envelope.ts'
import type { LinkId } from './wire/link.ts'
import type { NodeName } from './wire/node-name.ts'

export interface NeighbourhoodOptions {
  readonly name: NodeName
  readonly epoch: string
  readonly limits: GossipLimits
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/**
 * The links of a node: which there are, how alive they are, and when they end (rules G).
 *  1. A link is kept from its opening until its end or its cut.
 *  2. There are at most `maxLinks`, not counting the old link of a neighbour that comes back.
 *  3. A link accepts nothing but `hello` first, and no second `hello` later (G1).
 *  4. Three strikes end a link (G2), and so does silence (G3).
 */
export class Neighbourhood {
  readonly #options: NeighbourhoodOptions
  readonly #neighbours = new Map<LinkId, Neighbour>()
  readonly #greeted = new Set<Neighbour>()
  /** Neighbours that are quiet now or up again, and that were not reported yet. */
  #changed: Neighbour[] = []
  #lastEventAt: number | undefined

  constructor(options: NeighbourhoodOptions) {
    this.#options = options
  }

  /** A neighbour has greeted. */
  get isInNetwork(): boolean {
    return this.#greeted.size > 0
  }

  on(link: LinkId): Neighbour | undefined {
    return this.#neighbours.get(link)
  }

  /** Sends `hello`, or refuses the link. */
  linkUp(identity: NeighbourIdentity, now: number): Neighbour | undefined {
    const { name, epoch, limits, ledger, outbox, deadlines } = this.#options
    const { link, peerId } = identity
    // A neighbour that comes back may do so before its old link has ended.
    const others = [...this.#neighbours.values()].filter((other) => other.identity.peerId !== peerId)
    if (others.length >= limits.maxLinks) {
      outbox.drop('too-many-links', link)
      outbox.add({ type: 'cut', link, reason: 'too-many-links' })
      return undefined
    }
    const neighbour: Neighbour = new Neighbour(identity, limits, now, deadlines, (at) => this.#watch(neighbour, at))
    this.#neighbours.set(link, neighbour)
    this.#schedule(neighbour, now)
    outbox.send(neighbour, { type: 'hello', version: protocolVersion, name, epoch, ...ledger.holdings() })
    return neighbour
  }

  /** Its hello has come. */
  greet(neighbour: Neighbour): void {
    neighbour.greet()
    this.#greeted.add(neighbour)
    this.#options.outbox.report(neighbour)
  }

  /** The link has ended. */
  remove(neighbour: Neighbour): void {
    this.#neighbours.delete(neighbour.identity.link)
    this.#greeted.delete(neighbour)
    neighbour.deadline.set(Infinity)
  }

  /** A frame has come. Gives the silence that it ends. */
  noteHeard(neighbour: Neighbour, now: number): number {
    const silenceMs = neighbour.noteHeard(now)
    if (neighbour.liveness === 'quiet') this.#watch(neighbour, now)
    return silenceMs
  }

  strike(neighbour: Neighbour, reason: InvalidReason): void {
    const { outbox } = this.#options
    outbox.drop(reason, neighbour.identity.link)
    if (neighbour.strike()) outbox.cut(neighbour, 'misbehaved') // G2
  }

  /** G1: gives whether the envelope may come now. If not, it is a strike or ends the link. */
  admits(neighbour: Neighbour, envelope: PlainEnvelope): envelope is Exclude<PlainEnvelope, { type: 'foreign-hello' }> {
    if (envelope.type === 'foreign-hello') this.#options.outbox.cut(neighbour, 'wrong-version')
    else if (envelope.type === 'bye') return true
    else if (neighbour.hasGreeted === (envelope.type === 'hello')) this.strike(neighbour, 'bad-hello')
    else if (envelope.type === 'hello' && envelope.name !== neighbour.identity.name) this.strike(neighbour, 'bad-hello')
    else return true
    return false
  }

  /** Before every event. Gives for how long this tab stood still, milliseconds: no neighbour was silent for that time. */
  forgiveStandstill(now: number): number {
    const gapMs = now - (this.#lastEventAt ?? now)
    this.#lastEventAt = now
    if (gapMs < this.#options.limits.stallAfterMs) return 0
    for (const neighbour of this.#neighbours.values()) neighbour.forgive(gapMs)
    return gapMs
  }

  /** G4. */
  sayBye(): void {
    const { outbox } = this.#options
    for (const neighbour of this.#neighbours.values()) {
      outbox.flush(neighbour)
      outbox.send(neighbour, { type: 'bye' })
      outbox.cut(neighbour, 'stopped')
    }
  }

  /** The neighbours whose liveness has changed since the last call. */
  drainChanged(): readonly Neighbour[] {
    return this.#changed.length > 0 ? this.#changed.splice(0) : this.#changed
  }

  /** G3: does what is due on a link. */
  #watch(neighbour: Neighbour, now: number): void {
    const { outbox, ledger } = this.#options
    if (neighbour.hasEnded) return
    const liveness = neighbour.livenessAt(now)
    if (liveness === 'silent') return outbox.cut(neighbour, 'silent')
    const heartbeat = neighbour.dueHeartbeat(now)
    if (heartbeat) outbox.send(neighbour, { type: 'heartbeat', ...heartbeat, ...ledger.holdings() })
    if (neighbour.setLiveness(liveness)) {
      outbox.report(neighbour)
      this.#changed.push(neighbour)
    }
    this.#schedule(neighbour, now)
  }

  /** Before the hello nothing else may wake this node, and one long gap would count as a standstill of this tab. */
  #schedule(neighbour: Neighbour, now: number): void {
    const { heartbeatIdleMs } = this.#options.limits
    const at = neighbour.nextWakeAt()
    neighbour.deadline.set(neighbour.hasGreeted ? at : Math.min(at, now + heartbeatIdleMs))
  }
}
