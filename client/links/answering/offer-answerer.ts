import type { ReceivedSignal, RefusalReason } from '../../../signal-server/shared/protocol.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import type { Admission } from '../attempts/admission.ts'
import type { Attempt, AttemptFailure } from '../attempts/attempt.ts'
import { type Introduction, type SessionDescription, verifyDescription } from '../attempts/introduction.ts'
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

/** The refusal that the sender gets; undefined: none, since it was cut off, has given up, or waits for another attempt. */
const refusals: Readonly<Record<OfferDrop, RefusalReason | undefined>> = {
  'bad-offer-signature': 'bad-offer',
  'own-offer': undefined,
  'superseded-offer': undefined,
  'stale-offer': undefined,
  'too-many-offers': 'busy',
  banned: undefined,
  // These last for long, so the sender should not try again every few seconds.
  'out-of-connections': 'full',
  'too-many-neighbours': 'full',
  'lost-glare': undefined,
  'webrtc-failed': 'full',
}

/** An offer whose signature is being verified, or that waits for a place. */
interface WaitingOffer {
  readonly from: NodeName
  readonly introduction: Introduction
  readonly offer: SessionDescription
  readonly since: number
  /** The candidates that came with the offer, and the signals that came after it. */
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
  /** Whether one more downstream fits beside `otherAnswers` answers under way. A neighbour that reconnects always fits. */
  hasRoomFor(peerId: PeerId, otherAnswers: number): boolean
  /** Both nodes dial each other, and this node's own attempt goes on. */
  winsGlare(from: NodeName, peerId: PeerId): boolean
  /** The sender's offer is answered, so this node's own attempt ends. */
  giveWay(from: NodeName, peerId: PeerId): void
  /** Throws if the browser makes no connection. */
  createAttempt(answered: AnsweredOffer, events: { failed(reason: AttemptFailure): void }): Attempt
  refuse(to: NodeName, attempt: string, reason: RefusalReason): void
  dropped(reason: OfferDrop, from: NodeName): void
}

/**
 * Answers offers; the cheapest check comes first:
 *  1. One offer waits for each name, the newest; `waitingOffers` bounds the names.
 *  2. The signature: before it verifies, no connection is made for the offer.
 *  3. Age, glare, room and admission: an offer that fails here uses up nothing that other offers need.
 *  4. A place: `pendingAnswers` answers are under way at once, one for each PeerId. An answer that takes long gives its
 *     place to a waiting offer, so that a flood which never connects delays others by seconds at most.
 *  5. Only an offer that has a place is counted by the admission, and answered.
 */
export class OfferAnswerer {
  readonly #options: OfferAnswererOptions
  /** By the sender's name, which the server has verified. */
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

  /** A later signal for an offer. Returns false if it belongs to no offer here. */
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
    const isProven = await verifyDescription(this.#options.verify, waiting.introduction, waiting.offer)
    if (!this.#isWaiting(waiting)) return
    if (!isProven) {
      this.#waiting.delete(waiting.from)
      this.#turnDown('bad-offer-signature', waiting.from, waiting.introduction.attempt)
      return
    }
    waiting.isProven = true
    this.#fill()
  }

  /** Gives places to verified offers, in the order of their arrival (that of the `Map`). */
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
    // An answer to the same PeerId gives its place to this offer.
    const others = this.#answering.size - (this.#answering.has(initiator) ? 1 : 0)
    if (!this.#options.hasRoomFor(initiator, Math.min(others, limits.pendingAnswers - 1))) return 'too-many-neighbours'
    return admission.answerRefusal(initiator, timers.now())
  }

  /** Whether there is a place. The oldest answer is cancelled for it if it has taken longer than `answerPatienceMs`. */
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
      // The browser makes no connection now.
      this.#turnDown('webrtc-failed', from, id)
    }
  }

  /** An answer has ended, with a link or without; its place is free. */
  ended(peerId: PeerId, attempt: Attempt): void {
    if (this.#answering.get(peerId)?.attempt !== attempt) return
    this.#answering.delete(peerId)
    this.#fill()
  }

  #isWaiting(waiting: WaitingOffer): boolean {
    return this.#waiting.get(waiting.from) === waiting
  }

  /** Removes the answer first, so that its end does not give the place to another offer. */
  #cancel(peerId: PeerId): void {
    const answering = this.#answering.get(peerId)
    this.#answering.delete(peerId)
    answering?.attempt.cancel()
  }

  #turnDown(reason: OfferDrop, from: NodeName, attempt: string): void {
    this.#drop(reason, from)
    const refusal = refusals[reason]
    if (refusal && this.#busyAnswers.consume(this.#options.timers.now())) this.#options.refuse(from, attempt, refusal)
  }

  #drop(reason: OfferDrop, from: NodeName): void {
    this.#options.dropped(reason, from)
  }
}
