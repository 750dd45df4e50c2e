import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

interface Caller {
  readonly answers: TokenBucket
  /** Had a link that became steady. */
  isKnown: boolean
  /** Times cut off for invalid input. */
  bans: number
  bannedUntil: number
}

export type AdmissionRefusal = 'banned' | 'too-many-offers' | 'out-of-connections'

/**
 * Whose offers are answered, and how many connections this page still has (P6):
 *  1. an answer costs its sender one of the sender's own tokens;
 *  2. and one of those that all strangers share, unless the sender had a steady link before; so a flood of made-up
 *     keys runs dry, and keeps out nobody who was here;
 *  3. a link that becomes steady gives back what it cost; one that opens and closes does not.
 */
export class Admission {
  readonly #limits: NetworkLimits
  readonly #strangers: TokenBucket
  /**
   * Keyed by a remote's choice, so bounded: the caller not heard of for longest is forgotten (a Map's order). A
   * stranger is remembered only once admitted, so a flood pushes nobody out faster than its tokens last.
   */
  readonly #callers = new Map<PeerId, Caller>()
  #connectionsMade = 0

  constructor(limits: NetworkLimits, now: number) {
    this.#limits = limits
    this.#strangers = new TokenBucket(limits.failedAnswers, limits.failedAnswerRefillMs, now)
  }

  /** Undefined: an answer would be admitted now. Nothing is counted. */
  answerRefusal(peerId: PeerId, now: number): AdmissionRefusal | undefined {
    if (this.isBanned(peerId, now)) return 'banned'
    const { connectionsPerPage, connectionsKeptForUpstreams } = this.#limits
    if (this.#connectionsMade >= connectionsPerPage - connectionsKeptForUpstreams) return 'out-of-connections'
    const caller = this.#callers.get(peerId)
    if (caller && !caller.answers.has(now)) return 'too-many-offers'
    return caller?.isKnown || this.#strangers.has(now) ? undefined : 'too-many-offers'
  }

  /** Undefined: make the connection, it is counted. */
  answer(peerId: PeerId, now: number): AdmissionRefusal | undefined {
    const refusal = this.answerRefusal(peerId, now)
    if (refusal) return refusal
    const caller = this.#caller(peerId, now)
    caller.answers.take(now)
    if (!caller.isKnown) this.#strangers.take(now)
    this.#connectionsMade += 1
    return undefined
  }

  /** A link to an upstream is about to be dialled. Undefined: make the connection, it is counted. */
  dial(peerId: PeerId, now: number): Exclude<AdmissionRefusal, 'too-many-offers'> | undefined {
    if (this.isBanned(peerId, now)) return 'banned'
    if (this.#connectionsMade >= this.#limits.connectionsPerPage) return 'out-of-connections'
    this.#connectionsMade += 1
    return undefined
  }

  /** The link that an answer led to has become steady. */
  succeeded(peerId: PeerId, now: number): void {
    const caller = this.#caller(peerId, now)
    caller.answers.giveBack()
    if (!caller.isKnown) this.#strangers.giveBack()
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
    const { failedAnswersPerPeer, failedAnswerPerPeerRefillMs, rememberedPeers } = this.#limits
    const caller = this.#callers.get(peerId) ?? {
      answers: new TokenBucket(failedAnswersPerPeer, failedAnswerPerPeerRefillMs, now),
      isKnown: false,
      bans: 0,
      bannedUntil: -Infinity,
    }
    this.#callers.delete(peerId)
    this.#callers.set(peerId, caller)
    for (const oldest of this.#callers.keys()) {
      if (this.#callers.size <= rememberedPeers) break
      this.#callers.delete(oldest)
    }
    return caller
  }
}
