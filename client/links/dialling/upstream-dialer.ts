import type { UpstreamOnline } from '../../../signal-server/shared/protocol.ts'
import type { LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import { type Admission, isBarring } from '../attempts/admission.ts'
import type { AttemptFailure } from '../attempts/attempt.ts'
import { Backoff } from './backoff.ts'
import { type DialAttempt, DialSlot } from './dial-slot.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { TokenBucket } from '../shared/token-bucket.ts'
import { UpstreamReport } from './upstream-report.ts'
import { UpstreamKey, type UpstreamKeyOptions } from './upstream-key.ts'
import type { LinkReason } from '../../node/api/link-snapshot.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { CloseReason, UpstreamStatus } from '../../node/shared/node-ports.ts'

export interface UpstreamDialerOptions extends UpstreamKeyOptions {
  readonly name: NodeName
  readonly self: PeerId
  readonly admission: Admission
  readonly timers: Timers
  readonly limits: NetworkLimits
  readonly random: () => number
  /** The open link with this key, whichever side dialled it. */
  linkTo(peerId: PeerId): LinkIdentity | undefined
  /** Throws if the browser makes no connection. */
  createAttempt(peerId: PeerId, events: { failed(reason: AttemptFailure): void }): DialAttempt
  /** The name is registered with a key that it must not have: informs its holder why nobody dials it. */
  distrust(): void
  /** `status()` may have changed. */
  changed(): void
}

interface LiveLink {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly since: number
  isQuiet: boolean
  /** The upstream has registered anew since the link was last heard. If the link is quiet too, the node was replaced. */
  hasRegisteredSince: boolean
}

/**
 * Keeps one upstream linked. Handlers change state; `evaluate` alone decides whether to dial:
 *  1. There is at most one attempt or pause at a time. None begins while the link is up and not suspect.
 *  2. A dial needs a registration of this node and, by the server's report, one of the upstream.
 *  3. A dial goes only to the key that the name must have (`UpstreamKey`), and to no key that is linked already as
 *     another upstream.
 *  4. If both nodes name each other, the lower PeerId dials. The other waits for as long as a dial may take, then dials.
 *  5. A pause follows a failed attempt. News from the server ends the pause, and an attempt at the upstream's former
 *     socket; news beyond the rate of `newsDials` ends neither.
 */
export class UpstreamDialer {
  readonly #options: UpstreamDialerOptions
  readonly #backoff: Backoff
  readonly #newsDials: TokenBucket
  readonly #key: UpstreamKey
  readonly #dial: DialSlot
  readonly #report = new UpstreamReport()
  /** Rule 4: until this time the dial is the other side's. */
  #yieldsUntil = -Infinity
  #link: LiveLink | undefined
  #reason: LinkReason | undefined

  constructor(options: UpstreamDialerOptions) {
    this.#options = options
    const { limits, random, timers } = options
    this.#key = new UpstreamKey(options)
    this.#dial = new DialSlot(timers)
    this.#backoff = new Backoff(limits, random)
    this.#newsDials = new TokenBucket(limits.newsDials, limits.newsDialRefillMs, timers.now())
  }

  get name(): NodeName {
    return this.#options.name
  }

  status(): UpstreamStatus {
    const { name } = this.#options
    const { presence, similar } = this.#report
    const peerId = this.#link?.peerId ?? this.#key.expected ?? parsePeerId(presence?.peerId)
    return { name, peerId, phase: this.#phase(), reason: this.#link ? undefined : this.#statusReason(), similar }
  }

  /** Whether a link with this key is the link to this upstream. */
  isKey(peerId: PeerId): boolean {
    return (this.#key.expected ?? this.#report.presence?.peerId) === peerId
  }

  registered(): void {
    this.#report.registered()
    this.evaluate()
  }

  unregistered(): void {
    this.#report.unregistered()
    this.evaluate()
  }

  divided(isDivided: boolean): void {
    this.#report.divided(isDivided)
    this.evaluate()
  }

  /** Returns the link to probe: the upstream has registered anew, so its link may be dead. */
  online(presence: UpstreamOnline): LinkId | undefined {
    const now = this.#options.timers.now()
    if (this.#key.problem(presence.peerId)) this.#options.distrust()
    if (this.#link) this.#link.hasRegisteredSince = true
    // Not for an upstream that registers again and again: its pauses stay long.
    if (now - this.#report.newsAt >= this.#options.limits.redialLongCapMs) this.#backoff.reset()
    this.#report.online(presence, now)
    this.#yield()
    this.#applyNews()
    return this.#link?.id
  }

  similar(name: string): void {
    this.#report.foundSimilar(name)
    this.#options.changed()
  }

  /** A person accepts the key that the name has now in place of the remembered one. */
  trust(): void {
    const { presence } = this.#report
    if (!presence) return
    this.#key.trust(presence.peerId)
    this.#yield()
    this.#dial.endPause()
    this.evaluate()
  }

  linked(link: LinkIdentity): void {
    // No attempt is left to drop if it was this one that opened the link.
    this.#dial.dropAttempt()
    this.#dial.endPause()
    const since = this.#options.timers.now()
    this.#link = { id: link.id, peerId: link.peerId, since, isQuiet: false, hasRegisteredSince: false }
    this.#reason = undefined
    this.#key.trust(link.peerId)
    this.evaluate()
  }

  /** False: the link is not this dialer's current one, and nothing changes. */
  closed(id: LinkId, reason: CloseReason): boolean {
    if (this.#link?.id !== id) return false
    const { since, peerId } = this.#link
    const { timers, limits, admission } = this.#options
    const now = timers.now()
    this.#link = undefined
    if (now - since >= limits.steadyAfterMs) this.#backoff.reset()
    // Only a dial shows whether an upstream that aborted still runs, so it does not wait for the other side's turn.
    if (reason !== 'aborted') this.#yield()
    if (reason === 'said-bye' || reason === 'stopped') {
      this.#reason = 'said-bye'
      // The server may report the node that replaces this one before its bye arrives.
      const isReplaced = this.#report.newsAt > since && now - this.#report.newsAt < limits.newsOutlivesByeMs
      if (!isReplaced) this.#report.left()
      if (isReplaced) this.#applyNews()
      else this.evaluate()
    } else {
      this.#reason = isBarring(reason) ? reason : 'connection-lost'
      if (isBarring(reason)) this.#dial.dropAttempt()
      this.#pause(Math.max(this.#backoff.nextMs(), admission.bannedForMs(peerId, now)))
    }
    return true
  }

  setQuiet(id: LinkId, isQuiet: boolean): void {
    if (this.#link?.id !== id) return
    this.#link.isQuiet = isQuiet
    if (!isQuiet) {
      this.#link.hasRegisteredSince = false
      // A link that recovers is kept.
      this.#dial.dropAttempt()
    }
    this.evaluate()
  }

  /** Both dial each other at once (rule 4 was not known to both yet): whether our attempt goes on, by the lower PeerId. */
  winsGlare(peerId: PeerId): boolean {
    return this.#dial.isDialling(peerId) && this.#options.self < peerId
  }

  /** Their attempt is the one that goes on; if it comes to nothing, ours follows. */
  giveWay(peerId: PeerId): void {
    if (!this.#dial.isDialling(peerId)) return
    this.#dial.dropAttempt()
    this.#pause(this.#options.limits.connectWithinMs)
  }

  stop(): void {
    this.#report.unregistered()
    this.#dial.endPause()
    this.#dial.dropAttempt()
  }

  /** From outside: for changes that this dialer does not see itself. */
  evaluate(): void {
    const peerId = this.#dial.isIdle ? this.#pickPeer() : undefined
    const theirTurnMs = peerId ? this.#theirTurnMs(peerId) : 0
    if (theirTurnMs > 0) this.#pause(theirTurnMs)
    else if (peerId) this.#attempt(peerId)
    this.#options.changed()
  }

  /** Rules 1 to 3: the key to dial now. */
  #pickPeer(): PeerId | undefined {
    if (this.#link && !this.#isSuspect()) return undefined
    if (this.#report.absence || this.#dialProblem()) return undefined
    const peerId = parsePeerId(this.#report.presence?.peerId)
    return peerId === this.#options.self ? undefined : peerId
  }

  /**
   * Rule 4: how long the dial is still the other side's. Not at all if they dialled before this node knew their key as
   * this upstream's: that link counts as a downstream, so this node dials anew.
   */
  #theirTurnMs(peerId: PeerId): number {
    const { self, timers } = this.#options
    const isTheirs =
      this.#report.presence?.mutual && peerId < self && this.#options.linkTo(peerId)?.direction !== 'downstream'
    return isTheirs ? this.#yieldsUntil - timers.now() : 0
  }

  #yield(): void {
    this.#yieldsUntil = this.#options.timers.now() + this.#options.limits.connectWithinMs
  }

  #dialProblem(): 'wrong-key' | 'key-changed' | 'linked-already' | undefined {
    const { presence } = this.#report
    if (!presence) return undefined
    const peerId = parsePeerId(presence.peerId)
    const other = peerId && this.#options.linkTo(peerId)
    const isLinkedAlready = other?.direction === 'upstream' && other.name !== this.#options.name
    return this.#key.problem(presence.peerId) ?? (isLinkedAlready ? 'linked-already' : undefined)
  }

  #isSuspect(): boolean {
    return this.#link?.isQuiet === true && this.#link.hasRegisteredSince
  }

  /** Rule 5. */
  #applyNews(): void {
    if (!this.#link || this.#isSuspect()) {
      if (this.#newsDials.consume(this.#options.timers.now())) {
        this.#dial.endPause()
        this.#dial.dropUnanswered()
      } else if (this.#dial.isIdle) this.#pause(this.#backoff.nextMs())
    }
    this.evaluate()
  }

  #attempt(peerId: PeerId): void {
    const { admission, timers } = this.#options
    const refusal = admission.dial(peerId, timers.now())
    if (refusal === 'banned') return this.#pause(admission.bannedForMs(peerId, timers.now()))
    if (refusal) {
      this.#reason = refusal
      return undefined
    }
    try {
      const attempt = this.#options.createAttempt(peerId, { failed: (reason) => this.#failed(attempt, reason) })
      this.#dial.begin(attempt, peerId)
    } catch {
      // The browser makes no connection now.
      this.#reason = 'webrtc-failed'
      this.#pause(this.#backoff.nextMs())
    }
  }

  #failed(attempt: DialAttempt, reason: AttemptFailure): void {
    if (!this.#dial.end(attempt)) return
    if (reason !== 'cancelled') this.#reason = reason
    // The server reports when it registers again.
    if (reason !== 'not-there') return this.#pause(this.#backoff.nextMs())
    this.#report.left()
    return this.evaluate()
  }

  #pause(pauseMs: number): void {
    this.#dial.pause(pauseMs, () => this.evaluate())
    this.#options.changed()
  }

  #phase(): UpstreamStatus['phase'] {
    if (this.#link) return 'linked'
    const { absence } = this.#report
    if (absence === 'server-divided') return 'dialling'
    return absence || this.#dialProblem() || this.#reason === 'out-of-connections' ? 'waiting' : 'dialling'
  }

  #statusReason(): LinkReason | undefined {
    const { absence } = this.#report
    if (absence === 'server-unknown') return undefined
    if (absence === 'not-there' && this.#reason === 'said-bye') return 'said-bye'
    return absence ?? this.#dialProblem() ?? this.#reason
  }
}
