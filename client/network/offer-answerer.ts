import type { ReceivedSignal, RefusalReason } from '../../signal-server/protocol.ts'
import type { NodeName } from '../gossip/node-name.ts'
import { type PeerId, parsePeerId } from '../gossip/peer-id.ts'
import type { Admission } from './admission.ts'
import type { Attempt, AttemptFailure } from './attempt.ts'
import { type Introduction, type SessionDescription, type Verify, verifyOffer } from './introduction.ts'
import type { NetworkLimits } from './limits.ts'
import type { Timers } from './timers.ts'
import { TokenBucket } from './token-bucket.ts'

export type OfferDrop =
  | 'bad-offer-signature'
  | 'own-offer'
  | 'superseded-offer'
  | 'stale-offer'
  | 'too-many-offers'
  | 'banned'
  | 'out-of-connections'
  | 'too-many-neighbours'
  | 'lost-glare'
  | 'webrtc-failed'

/** An offer whose signature is being checked, or that waits for a place; with the signals that came after it. */
interface WaitingOffer {
  readonly from: NodeName
  readonly introduction: Introduction
  readonly offer: SessionDescription
  readonly since: number
  /** The candidates that came with the offer, and what came after it. */
  readonly later: ReceivedSignal[]
  isProven: boolean
}

interface AnsweredOffer {
  readonly from: NodeName
  readonly introduction: Introduction
  readonly offer: SessionDescription
}

interface Answering {
  readonly attempt: Attempt
  readonly from: NodeName
  readonly id: string
  readonly since: number
}

export interface OfferAnswererOptions {
  readonly net: string
  readonly self: PeerId
  readonly verify: Verify
  readonly admission: Admission
  readonly timers: Timers
  readonly limits: NetworkLimits
  /** Whether one more downstream fits, not counting a neighbour that comes back. */
  hasRoomFor(peerId: PeerId): boolean
  /** This node dials the sender itself, and its own attempt is the one that goes on. */
  winsGlare(from: NodeName, peerId: PeerId): boolean
  /** Throws if the browser makes no more connections. */
  createAttempt(answered: AnsweredOffer, events: { failed(reason: AttemptFailure): void }): Attempt
  refuse(to: NodeName, attempt: string, reason: RefusalReason): void
  dropped(reason: OfferDrop, from: NodeName): void
}

/**
 * Answers offers, cheapest check first:
 *  1. one waiting offer per name, the newest, and so many names;
 *  2. then the signature; nothing is made of an offer that fails it;
 *  3. then glare, room, and a place among so many answers under way, one per PeerId; an answer that takes long gives
 *     its place to an offer that waits, so that a flood which never connects delays others by seconds at most;
 *  4. then admission, which counts the connection.
 */
export class OfferAnswerer {
  readonly #options: OfferAnswererOptions
  /** Keyed by the sender's name, which the server has proven. */
  readonly #waiting = new Map<NodeName, WaitingOffer>()
  readonly #answering = new Map<PeerId, Answering>()
  #stopPatience: (() => void) | undefined
  readonly #busyAnswers: TokenBucket

  constructor(options: OfferAnswererOptions) {
    this.#options = options
    const { busyAnswers, busyRefillMs } = options.limits
    this.#busyAnswers = new TokenBucket(busyAnswers, busyRefillMs, options.timers.now())
  }

  get answering(): number {
    return this.#answering.size
  }

  take(from: NodeName, offer: SessionDescription, { attempt, seq, data }: ReceivedSignal): void {
    const { net, self, limits, timers } = this.#options
    const initiator = parsePeerId(offer.peerId)
    if (!initiator || initiator === self) return this.#drop('own-offer', from)
    if (this.#waiting.has(from)) this.#drop('superseded-offer', from)
    else if (this.#waiting.size >= limits.waitingOffers) return this.#busy('too-many-offers', from, attempt)
    const waiting: WaitingOffer = {
      from,
      introduction: { net, attempt, initiator, responder: self },
      offer,
      since: timers.now(),
      later: [{ from, attempt, seq, data: { candidates: data.candidates } }],
      isProven: false,
    }
    this.#waiting.set(from, waiting)
    void this.#check(waiting)
  }

  /** A later signal for an offer that is here. False: it is for none of them. */
  receive(from: NodeName, signal: ReceivedSignal): boolean {
    const waiting = this.#waiting.get(from)
    if (waiting?.introduction.attempt === signal.attempt) {
      if (waiting.later.length < this.#options.limits.signalsPerWaitingOffer) waiting.later.push(signal)
      return true
    }
    for (const answering of this.#answering.values()) {
      if (answering.from !== from || answering.id !== signal.attempt) continue
      answering.attempt.receive(signal)
      return true
    }
    return false
  }

  stop(): void {
    this.#stopPatience?.()
    this.#waiting.clear()
    const open = [...this.#answering.values()]
    this.#answering.clear()
    for (const { attempt } of open) attempt.cancel()
  }

  async #check(waiting: WaitingOffer): Promise<void> {
    const isProven = await verifyOffer(this.#options.verify, waiting.introduction, waiting.offer)
    if (!this.#isWaiting(waiting)) return
    if (!isProven) {
      this.#waiting.delete(waiting.from)
      this.#drop('bad-offer-signature', waiting.from)
      this.#refuse(waiting, 'bad-offer')
      return
    }
    waiting.isProven = true
    this.#fill()
  }

  /** Gives places to proven offers, the longest waiting first (a Map's order). */
  #fill(): void {
    const { limits, timers } = this.#options
    for (const waiting of this.#waiting.values()) {
      if (!waiting.isProven) continue
      const { initiator } = waiting.introduction
      if (!this.#answering.has(initiator) && !this.#makePlace()) continue
      this.#waiting.delete(waiting.from)
      if (timers.now() - waiting.since > limits.waitingOfferMs) this.#drop('stale-offer', waiting.from)
      else this.#answer(waiting)
    }
  }

  /** Whether there is a place; the answer that has taken longest gives way if it took long enough. */
  #makePlace(): boolean {
    const { limits, timers } = this.#options
    if (this.#answering.size < limits.pendingAnswers) return true
    for (const [peerId, { attempt, since }] of this.#answering) {
      const patienceMs = since + limits.answerPatienceMs - timers.now()
      if (patienceMs > 0) {
        this.#stopPatience?.()
        this.#stopPatience = timers.after(patienceMs, () => this.#fill())
        return false
      }
      this.#answering.delete(peerId)
      attempt.cancel()
      return true
    }
    return false
  }

  #answer(waiting: WaitingOffer): void {
    const { from, introduction, offer } = waiting
    const { admission, timers } = this.#options
    const { initiator } = introduction
    if (this.#options.winsGlare(from, initiator)) return this.#drop('lost-glare', from)
    if (!this.#options.hasRoomFor(initiator)) {
      this.#drop('too-many-neighbours', from)
      return this.#refuse(waiting, 'full')
    }
    const refusal = admission.answer(initiator, timers.now())
    if (refusal) return this.#busy(refusal, from, introduction.attempt)
    this.#answering.get(initiator)?.attempt.cancel()
    try {
      const attempt = this.#options.createAttempt(
        { from, introduction, offer },
        { failed: () => this.ended(initiator, attempt) },
      )
      this.#answering.set(initiator, { attempt, from, id: introduction.attempt, since: timers.now() })
      for (const signal of waiting.later) attempt.receive(signal)
    } catch {
      // `new RTCPeerConnection` throws when the page has used up its share.
      this.#busy('webrtc-failed', from, introduction.attempt)
    }
  }

  /** An answer came to its end, a link or nothing; its place is free. */
  ended(peerId: PeerId, attempt: Attempt): void {
    if (this.#answering.get(peerId)?.attempt !== attempt) return
    this.#answering.delete(peerId)
    this.#fill()
  }

  #isWaiting(waiting: WaitingOffer): boolean {
    return this.#waiting.get(waiting.from) === waiting
  }

  #busy(reason: OfferDrop, from: NodeName, attempt: string): void {
    this.#drop(reason, from)
    // Not even that to one who was cut off.
    if (reason !== 'banned' && this.#busyAnswers.take(this.#options.timers.now())) {
      this.#options.refuse(from, attempt, 'busy')
    }
  }

  #refuse(waiting: WaitingOffer, reason: RefusalReason): void {
    if (!this.#busyAnswers.take(this.#options.timers.now())) return
    this.#options.refuse(waiting.from, waiting.introduction.attempt, reason)
  }

  #drop(reason: OfferDrop, from: NodeName): void {
    this.#options.dropped(reason, from)
  }
}
