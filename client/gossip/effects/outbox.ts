import type { Codec } from '../codec/codec.ts'
import type { Envelope } from '../wire/envelope.ts'
import type { CutReason, DropReason, GossipEffect } from './gossip-effect.ts'
import type { LinkId } from '../wire/link.ts'
import type { Neighbour } from '../links/neighbour.ts'

interface EndedLink {
  readonly neighbour: Neighbour
  /** Undefined: it ended by itself. */
  readonly reason: CutReason | undefined
}

/**
 * The effects of one event, in the order in which the driver applies them. All parts of the core write into it. A link that
 * one part ends is noted here, and the core informs the other parts.
 */
export class Outbox {
  readonly #codec: Pick<Codec, 'encodeFrame'>
  #effects: GossipEffect[] = []
  #ended: EndedLink[] = []
  /** One envelope goes to many neighbours, one directly after the other, and is encoded once. */
  #encoded: { readonly envelope: Envelope; readonly frame: Uint8Array<ArrayBuffer> } | undefined
  #now = 0

  constructor(codec: Pick<Codec, 'encodeFrame'>) {
    this.#codec = codec
  }

  /** Begins an event. */
  begin(now: number): void {
    this.#now = now
  }

  /** The effects since the last call. */
  drain(): readonly GossipEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  add(effect: GossipEffect): void {
    this.#effects.push(effect)
  }

  drop(reason: DropReason, link: LinkId | undefined): void {
    this.#effects.push({ type: 'drop', reason, link })
  }

  send(neighbour: Neighbour, envelope: Envelope): void {
    neighbour.noteSent(this.#now)
    this.sendNotices(neighbour, envelope)
  }

  /** Notices do not count as sent: heartbeats carry the digest and keep their pace. */
  sendNotices({ identity: { link }, hasEnded }: Neighbour, envelope: Envelope): void {
    if (hasEnded) return
    if (this.#encoded?.envelope !== envelope) this.#encoded = { envelope, frame: this.#codec.encodeFrame(envelope) }
    this.#effects.push({ type: 'send', link, frame: this.#encoded.frame, envelope: envelope.type })
  }

  /** The neighbour has greeted, its liveness has changed, or a round trip was measured. */
  report({ identity: { link }, liveness, roundTrips }: Neighbour): void {
    this.#effects.push({ type: 'neighbour', link, liveness, roundTrips: roundTrips.figures })
  }

  /** Ends a link. */
  cut(neighbour: Neighbour, reason: CutReason): void {
    if (neighbour.hasEnded) return
    this.#end(neighbour, reason)
    this.#effects.push({ type: 'cut', link: neighbour.identity.link, reason })
  }

  /** The link has ended by itself, and all that came on it has been read. */
  noteEnd(neighbour: Neighbour): void {
    this.#end(neighbour, undefined)
    this.#effects.push({ type: 'ended', link: neighbour.identity.link })
  }

  /** The links that have ended since the last call. */
  drainEnded(): readonly EndedLink[] {
    return this.#ended.length > 0 ? this.#ended.splice(0) : this.#ended
  }

  #end(neighbour: Neighbour, reason: CutReason | undefined): void {
    neighbour.hasEnded = true
    this.#ended.push({ neighbour, reason })
  }
}
