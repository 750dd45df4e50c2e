import type { PeerId } from '../gossip/peer-id.ts'
import type { NetworkLimits } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

interface Caller {
  readonly failures: TokenBucket
  /** Times cut off for invalid input. */
  bans: number
  bannedUntil: number
}

export type AdmissionRefusal = 'banned' | 'too-many-offers' | 'out-of-connections'

/**
 * Whose offers are answered, and how many connections this page still has (P6). Every admitted offer costs a token of
 * its sender and one of all senders, given back when the link comes up; so a flood runs dry and a class does not.
 */
export class Admission {
  readonly #limits: NetworkLimits
  readonly #failures: TokenBucket
  /** Keyed by a remote's choice, so bounded: the caller not heard of for longest is forgotten (a Map's order). */
  readonly #callers = new Map<PeerId, Caller>()
  #connectionsMade = 0

  constructor(limits: NetworkLimits, now: number) {
    this.#limits = limits
    this.#failures = new TokenBucket(limits.failedAnswers, limits.failedAnswerRefillMs, now)
  }

  /** Undefined: make the connection, it is counted. */
  answer(peerId: PeerId, now: number): AdmissionRefusal | undefined {
    const caller = this.#caller(peerId, now)
    if (now < caller.bannedUntil) return 'banned'
    const { connectionsPerPage, connectionsKeptForUpstreams } = this.#limits
    if (this.#connectionsMade >= connectionsPerPage - connectionsKeptForUpstreams) return 'out-of-connections'
    if (!caller.failures.take(now)) return 'too-many-offers'
    if (!this.#failures.take(now)) {
      caller.failures.giveBack()
      return 'too-many-offers'
    }
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

  /** An answered offer became a link. */
  succeeded(peerId: PeerId, now: number): void {
    this.#caller(peerId, now).failures.giveBack()
    this.#failures.giveBack()
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
      failures: new TokenBucket(failedAnswersPerPeer, failedAnswerPerPeerRefillMs, now),
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
