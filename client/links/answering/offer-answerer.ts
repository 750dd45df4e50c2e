import type { ReceivedSignal, RefusalReason } from '../../../signal-server/shared/protocol.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import type { Admission } from '../attempts/admission.ts'
import type { Attempt, AttemptFailure } from '../attempts/attempt.ts'
import { type Introduction, type SessionDescription, verifyOffer } from '../attempts/introduction.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { TokenBucket } from '../shared/token-bucket.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { Verify } from '../../node/shared/signatures.ts'

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

/** What the sender hears, if anything: nothing if it was cut off, has given up, or waits for another attempt. */
const refusals: Readonly<Record<OfferDrop, RefusalReason | undefined>> = {
  'bad-offer-signature': 'bad-offer',
  'own-offer': undefined,
  'superseded-offer': undefined,
  'stale-offer': undefined,
  'too-many-offers': 'busy',
  banned: undefined,
  // For good, or for long: not worth asking again every few seconds.
  'out-of-connections': 'full',
  'too-many-neighbours': 'full',
  'lost-glare': undefined,
  'webrtc-failed': 'full',
}

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
  /** Whether one more downstream fits beside so many other answers, not counting a neighbour that comes back. */
  hasRoomFor(peerId: PeerId, otherAnswers: number): boolean
  /** This node dials the sender itself, and its own attempt is the one that goes on. */
  winsGlare(from: NodeName, peerId: PeerId): boolean
  /** The sender's offer is answered; an attempt of this node's own makes way. */
  giveWay(from: NodeName, peerId: PeerId): void
  /** Throws if the browser makes no more connections. */
  createAttempt(answered: AnsweredOffer, events: { failed(reason: AttemptFailure): void }): Attempt
  refuse(to: NodeName, attempt: string, reason: RefusalReason): void
  dropped(reason: OfferDrop, from: NodeName): void
}

/**
 * Answers offers, cheapest check first:
 *  1. one waiting offer per name, the newest, and so many names;
 *  2. then the signature; nothing is made of an offer that fails it;
 *  3. then age, glare, room and admission; an offer that fails these costs no other anything;
 *  4. then a place among so many answers under way, one per PeerId; an answer that takes long gives its place to an
 *     offer that waits, so that a flood which never connects delays others by seconds at most;
 *  5. only an offer that has its place is counted by the admission, and answered.
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

  offered(from: NodeName, offer: SessionDescription, { attempt, seq, data }: ReceivedSignal): void {
    const { net, self, limits, timers } = this.#options
    const initiator = parsePeerId(offer.peerId)
    if (!initiator || initiator === self) return this.#drop('own-offer', from)
    if (this.#waiting.has(from)) this.#drop('superseded-offer', from)
    else if (this.#waiting.size >= limits.waitingOffers) return this.#turnDown('too-many-offers', from, attempt)
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
      this.#turnDown('bad-offer-signature', waiting.from, waiting.introduction.attempt)
      return
    }
    waiting.isProven = true
    this.#fill()
  }

  /** Gives places to proven offers, the longest waiting first (a Map's order). */
  #fill(): void {
    for (const waiting of this.#waiting.values()) {
      if (!waiting.isProven) continue
      const refusal = this.#refusalOf(waiting)
      const { initiator } = waiting.introduction
      if (!refusal && !this.#answering.has(initiator) && !this.#makePlace()) continue
      this.#waiting.delete(waiting.from)
      if (refusal) this.#turnDown(refusal, waiting.from, waiting.introduction.attempt)
      else this.#answer(waiting)
    }
  }

  /** Rule 3. */
  #refusalOf({ from, since, introduction: { initiator } }: WaitingOffer): OfferDrop | undefined {
    const { limits, timers, admission } = this.#options
    if (timers.now() - since > limits.waitingOfferMs) return 'stale-offer'
    if (this.#options.winsGlare(from, initiator)) return 'lost-glare'
    // This offer's place is one of them, or becomes free for it.
    const others = this.#answering.size - (this.#answering.has(initiator) ? 1 : 0)
    if (!this.#options.hasRoomFor(initiator, Math.min(others, limits.pendingAnswers - 1))) return 'too-many-neighbours'
    return admission.answerRefusal(initiator, timers.now())
  }

  /** Whether there is a place; the answer that has taken longest gives way if it took long enough. */
  #makePlace(): boolean {
    const { limits, timers } = this.#options
    if (this.#answering.size < limits.pendingAnswers) return true
    for (const [peerId, { since }] of this.#answering) {
      const patienceMs = since + limits.answerPatienceMs - timers.now()
      if (patienceMs > 0) {
        this.#stopPatience?.()
        this.#stopPatience = timers.after(patienceMs, () => this.#fill())
        return false
      }
      this.#cancel(peerId)
      return true
    }
    return false
  }

  #answer({ from, introduction, offer, later }: WaitingOffer): void {
    const { admission, timers } = this.#options
    const { initiator, attempt: id } = introduction
    this.#options.giveWay(from, initiator)
    this.#cancel(initiator)
    const refusal = admission.answer(initiator, timers.now())
    if (refusal) return this.#turnDown(refusal, from, id)
    try {
      const attempt = this.#options.createAttempt(
        { from, introduction, offer },
        { failed: () => this.ended(initiator, attempt) },
      )
      this.#answering.set(initiator, { attempt, from, id, since: timers.now() })
      for (const signal of later) attempt.receive(signal)
    } catch {
      // The page has used up its share of connections, or the browser has none to give now.
      this.#turnDown('webrtc-failed', from, id)
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

  /** First out of the map, so that its end finds nothing to do and gives the place to nobody else. */
  #cancel(peerId: PeerId): void {
    const answering = this.#answering.get(peerId)
    this.#answering.delete(peerId)
    answering?.attempt.cancel()
  }

  #turnDown(reason: OfferDrop, from: NodeName, attempt: string): void {
    this.#drop(reason, from)
    const word = refusals[reason]
    if (word && this.#busyAnswers.take(this.#options.timers.now())) this.#options.refuse(from, attempt, word)
  }

  #drop(reason: OfferDrop, from: NodeName): void {
    this.#options.dropped(reason, from)
  }
}
