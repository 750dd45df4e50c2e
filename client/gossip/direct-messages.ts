import type { Deadline, Deadlines } from './bounds/deadlines.ts'
import { keyOfMost } from './bounds/fair-records.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { Codec } from './codec/codec.ts'
import type { SendFailure } from './effects/gossip-effect.ts'
import type { DirectDraft } from './effects/gossip-event.ts'
import type { Outbox } from './effects/outbox.ts'
import { DirectReceiver } from './links/direct-receiver.ts'
import { type DirectPiece, DirectSender } from './links/direct-sender.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { Envelope } from './wire/envelope.ts'
import type { PeerId } from './wire/peer-id.ts'

export interface DirectMessagesOptions {
  readonly limits: GossipLimits
  readonly codec: Pick<Codec, 'decodeBody'>
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

interface DirectLink {
  readonly neighbour: Neighbour
  readonly sender: DirectSender
  readonly receiver: DirectReceiver
  /** When to send again what the neighbour has not confirmed. */
  readonly again: Deadline
}

/**
 * Messages to one neighbour, which nobody else gets and nobody keeps (rules D). The link has proven both ends and is
 * encrypted, so they are not signed.
 */
export class DirectMessages {
  readonly #options: DirectMessagesOptions
  /** The greeted links by key: a newer link to the same node replaces the older one. */
  readonly #links = new Map<PeerId, DirectLink>()
  /** What the messages cost that wait here. */
  #waiting = 0

  constructor(options: DirectMessagesOptions) {
    this.#options = options
  }

  greeted(neighbour: Neighbour): void {
    const { peerId } = neighbour.identity
    const { limits, deadlines } = this.#options
    const older = this.#links.get(peerId)
    if (older) this.#end(older)
    const link: DirectLink = {
      neighbour,
      sender: new DirectSender(limits),
      receiver: new DirectReceiver(limits),
      again: deadlines.create((now) => this.#sendAgain(link, now)),
    }
    this.#links.set(peerId, link)
  }

  linkEnded(neighbour: Neighbour): void {
    const link = this.#of(neighbour)
    if (!link) return
    this.#links.delete(neighbour.identity.peerId)
    this.#end(link)
  }

  send({ id, to, topic, bytes }: DirectDraft, now: number): void {
    const link = this.#links.get(to)
    if (!link) return this.#sent(id, 'not-linked')
    const cost = this.#costOf(bytes)
    if (this.#waiting + cost > this.#options.limits.directWaitingBytes) return this.#sent(id, 'send-queue-full')
    this.#waiting += cost
    link.sender.add({ id, topic, bytes })
    return this.#sendPieces(link, now)
  }

  /** Gives whether the piece is a strike. */
  receive(neighbour: Neighbour, piece: DirectPiece): boolean {
    const link = this.#of(neighbour)
    if (!link) return false
    const { outbox, codec } = this.#options
    const { link: id, peerId } = neighbour.identity
    const outcome = link.receiver.receive(piece)
    if (outcome.type === 'malformed') return true
    if (outcome.type === 'unfitting') outbox.drop('unfitting-piece', id)
    if (outcome.type === 'kept') this.#makeRoom()
    const confirmation = link.receiver.confirmation(piece)
    if (confirmation) outbox.send(neighbour, { type: 'received', number: piece.number, ...confirmation })
    if (outcome.type !== 'whole') return false
    const { topic, bytes } = outcome.message
    const body = codec.decodeBody(bytes)
    if (body === undefined) return true
    outbox.add({ type: 'direct', link: id, from: peerId, topic, body })
    return false
  }

  receiveConfirmation(
    neighbour: Neighbour,
    { number, bytes, isRefused }: Extract<Envelope, { type: 'received' }>,
    now: number,
  ): void {
    const link = this.#of(neighbour)
    const done = link?.sender.confirm(number, bytes, isRefused)
    if (done) {
      this.#waiting -= this.#costOf(done.bytes)
      this.#sent(done.id, isRefused ? 'no-room-there' : undefined)
    }
    if (link) this.#sendPieces(link, now)
  }

  #of(neighbour: Neighbour): DirectLink | undefined {
    const link = this.#links.get(neighbour.identity.peerId)
    return link?.neighbour === neighbour ? link : undefined
  }

  #sendPieces({ neighbour, sender, again }: DirectLink, now: number): void {
    for (const piece of sender.next()) this.#options.outbox.sendShared(neighbour, piece, 'direct')
    again.set(sender.isWaiting ? now + sender.patienceMs : Infinity)
  }

  #sendAgain(link: DirectLink, now: number): void {
    const { neighbour, sender, again } = link
    if (!sender.isWaiting) return
    // A slow link: nothing is lost yet.
    if (neighbour.queue.holds('direct')) return again.set(now + sender.patienceMs)
    sender.repeat()
    return this.#sendPieces(link, now)
  }

  /** The greatest unfinished message gives way. */
  #makeRoom(): void {
    const { limits, outbox } = this.#options
    const sums = new Map([...this.#links.values()].map((link) => [link, link.receiver.bytes]))
    const sum = [...sums.values()].reduce((total, bytes) => total + bytes, 0)
    const most = sum > limits.directAssembledBytes ? keyOfMost(sums) : undefined
    if (!most) return
    const { receiver, neighbour } = most
    const number = receiver.refuse()
    outbox.drop('no-room-for-direct', neighbour.identity.link)
    outbox.send(neighbour, { type: 'received', number, bytes: 0, isRefused: true })
  }

  #end({ sender, again }: DirectLink): void {
    again.set(Infinity)
    for (const { id, bytes } of sender.messages) {
      this.#waiting -= this.#costOf(bytes)
      this.#sent(id, 'link-ended')
    }
  }

  #costOf(bytes: Uint8Array): number {
    return bytes.length + this.#options.limits.ephemeralLeastBytes
  }

  #sent(id: number, failure: SendFailure | undefined): void {
    this.#options.outbox.add({ type: 'sent', id, failure })
  }
}
