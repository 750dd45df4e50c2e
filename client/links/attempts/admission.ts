import type { PeerId } from '../../gossip/wire/peer-id.ts'
import { BoundedMap } from '../../gossip/bounds/bounded-map.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import type { CloseReason } from '../../node/shared/node-ports.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

interface Caller {
  readonly answers: TokenBucket
  /** Had a link that became steady. */
  isKnown: boolean
  /** How often it was cut off for what it sent or did not send. */
  bans: number
  bannedUntil: number
}

/** Whether the other side of a link that closed for this reason is barred for a while. */
export const isBarring = (reason: CloseReason): reason is 'misbehaved' | 'unkept-promise' =>
  reason === 'misbehaved' || reason === 'unkept-promise'

export type AdmissionRefusal = 'banned' | 'too-many-offers' | 'out-of-connections'

/**
 * Decides whose offers are answered, and counts the connections that this page still has (P6):
 *  1. An answer costs a token of the caller who sent the offer.
 *  2. It also costs a token that all strangers share, unless the caller had a steady link before. So a flood of invented
 *     keys runs dry, and locks out no known caller.
 *  3. A link that becomes steady refunds its tokens; a link that opens and closes does not.
 */
export class Admission {
  readonly #limits: NetworkLimits
  readonly #strangers: TokenBucket
  /**
   * Bounded, since remotes choose the keys. A stranger is remembered only once admitted, so a flood evicts callers no
   * faster than its tokens last.
   */
  readonly #callers: BoundedMap<PeerId, Caller>
  #connectionsMade = 0

  constructor(limits: NetworkLimits, now: number) {
    this.#limits = limits
    this.#callers = new BoundedMap(limits.rememberedPeers)
    this.#strangers = new TokenBucket(limits.failedAnswers, limits.failedAnswerRefillMs, now)
  }

  /** Undefined: an answer would be admitted now. Counts nothing. */
  answerRefusal(peerId: PeerId, now: number): AdmissionRefusal | undefined {
    if (this.isBanned(peerId, now)) return 'banned'
    const { connectionsPerPage, connectionsKeptForUpstreams } = this.#limits
    if (this.#connectionsMade >= connectionsPerPage - connectionsKeptForUpstreams) return 'out-of-connections'
    const caller = this.#callers.get(peerId)
    if (caller && !caller.answers.has(now)) return 'too-many-offers'
    return caller?.isKnown || this.#strangers.has(now) ? undefined : 'too-many-offers'
  }

  /** Undefined: the answer is admitted, and its connection counted. */
  answer(peerId: PeerId, now: number): AdmissionRefusal | undefined {
    const refusal = this.answerRefusal(peerId, now)
    if (refusal) return refusal
    const caller = this.#caller(peerId, now)
    caller.answers.consume(now)
    if (!caller.isKnown) this.#strangers.consume(now)
    this.#connectionsMade += 1
    return undefined
  }

  /** For a dial to an upstream. Undefined: the dial is admitted, and its connection counted. */
  dial(peerId: PeerId, now: number): Exclude<AdmissionRefusal, 'too-many-offers'> | undefined {
    if (this.isBanned(peerId, now)) return 'banned'
    if (this.#connectionsMade >= this.#limits.connectionsPerPage) return 'out-of-connections'
    this.#connectionsMade += 1
    return undefined
  }

  /** The link that followed an answer has become steady. */
  succeeded(peerId: PeerId, now: number): void {
    const caller = this.#caller(peerId, now)
    caller.answers.refund()
    if (!caller.isKnown) this.#strangers.refund()
    caller.isKnown = true
  }

  ban(peerId: PeerId, now: number): void {
    const caller = this.#caller(peerId, now)
    const { banBaseMs, banCapMs } = this.#limits
    caller.bannedUntil = now + Math.min(banCapMs, banBaseMs * 2 ** caller.bans)
    caller.bans += 1
  }

  isBanned(peerId: PeerId, now: number): boolean {
    return now < (this.#callers.get(peerId)?.bannedUntil ?? -Infinity)
  }

  bannedForMs(peerId: PeerId, now: number): number {
    return Math.max(0, (this.#callers.get(peerId)?.bannedUntil ?? now) - now)
  }

  #caller(peerId: PeerId, now: number): Caller {
    const { failedAnswersPerPeer, failedAnswerPerPeerRefillMs } = this.#limits
    return this.#callers.renew(peerId, () => ({
      answers: new TokenBucket(failedAnswersPerPeer, failedAnswerPerPeerRefillMs, now),
      isKnown: false,
      bans: 0,
      bannedUntil: -Infinity,
    }))
  }
}
