import type { Codec } from '../codec/codec.ts'
import type { Envelope } from '../wire/envelope.ts'
import type { CutReason, DropReason, GossipEffect } from './gossip-effect.ts'
import type { LinkId } from '../wire/link.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { Bringer, QueuedFrame } from '../links/send-queue.ts'

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
  /** Frames for these neighbours had no room in their queues. */
  readonly #lossy = new Set<Neighbour>()
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

  /** Sends messages. They share the link with those of other bringers, and may have to wait for their turn. */
  sendShared(neighbour: Neighbour, envelope: Envelope, bringer: Bringer): void {
    if (neighbour.hasEnded) return
    const frame = this.#encode(envelope)
    const queued = { frame, envelope: envelope.type }
    const { queue } = neighbour
    if (queue.spend(bringer, frame.length)) {
      this.#sendQueued(neighbour, [queued])
    } else {
      for (const dropped of queue.add(bringer, queued)) this.#dropQueued(neighbour, dropped)
    }
    this.#awaitDrain(neighbour)
  }

  /** Little of what was sent waits in the link's buffer. */
  drained(neighbour: Neighbour, lateMs: number): void {
    this.#sendQueued(neighbour, neighbour.queue.drained(this.#now, lateMs))
    this.#awaitDrain(neighbour)
  }

  /** Sends all that waits: the link is about to end. */
  flush(neighbour: Neighbour): void {
    this.#sendQueued(neighbour, neighbour.queue.flush())
  }

  /** The neighbours to which frames were lost since the last call. */
  drainLossy(): readonly Neighbour[] {
    if (this.#lossy.size === 0) return []
    const lossy = [...this.#lossy]
    this.#lossy.clear()
    return lossy
  }

  /** Notices do not count as sent: heartbeats carry the digest and keep their pace. */
  sendNotices({ identity: { link }, hasEnded }: Neighbour, envelope: Envelope): void {
    if (hasEnded) return
    this.#effects.push({ type: 'send', link, frame: this.#encode(envelope), envelope: envelope.type })
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

  /** A lost block is repaired. A piece of a direct message is sent again. */
  #dropQueued(neighbour: Neighbour, { envelope }: QueuedFrame): void {
    this.drop(envelope === 'ephemeral' ? 'late-ephemeral' : 'queue-full', neighbour.identity.link)
    if (envelope !== 'ephemeral' && envelope !== 'direct') this.#lossy.add(neighbour)
  }

  #encode(envelope: Envelope): Uint8Array<ArrayBuffer> {
    if (this.#encoded?.envelope !== envelope) this.#encoded = { envelope, frame: this.#codec.encodeFrame(envelope) }
    return this.#encoded.frame
  }

  #sendQueued(neighbour: Neighbour, frames: readonly QueuedFrame[]): void {
    if (neighbour.hasEnded || frames.length === 0) return
    neighbour.noteSent(this.#now)
    const { link } = neighbour.identity
    for (const queued of frames) this.#effects.push({ type: 'send', link, ...queued })
  }

  #awaitDrain({ identity: { link }, queue }: Neighbour): void {
    if (queue.requestReport(this.#now)) this.#effects.push({ type: 'await-drain', link })
  }

  #end(neighbour: Neighbour, reason: CutReason | undefined): void {
    neighbour.hasEnded = true
    this.#ended.push({ neighbour, reason })
  }
}
