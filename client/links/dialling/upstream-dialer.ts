import type { UpstreamOnline } from '../../../signal-server/shared/protocol.ts'
import type { Link, LinkId } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import type { Admission } from '../attempts/admission.ts'
import type { AttemptFailure } from '../attempts/attempt.ts'
import { Backoff } from './backoff.ts'
import { type DialAttempt, DialSlot } from './dial-slot.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import { TokenBucket } from '../shared/token-bucket.ts'
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
  /** The one link that there is with this key, whoever dialled. */
  linkTo(peerId: PeerId): Link | undefined
  /** Throws if the browser makes no more connections. */
  createAttempt(peerId: PeerId, events: { failed(reason: AttemptFailure): void }): DialAttempt
  /** The name has another key than it must have: its holder is to know why it is not dialled. */
  distrust(): void
  /** `status()` may have changed. */
  changed(): void
}

interface LiveLink {
  readonly id: LinkId
  readonly peerId: PeerId
  readonly since: number
  isQuiet: boolean
  /** The server named the upstream anew since the link was last heard: if it is quiet too, it was replaced. */
  wasNamedSince: boolean
}

/**
 * Keeps one upstream linked. Handlers change state; `#evaluate` alone decides whether to dial:
 *  1. at most one attempt or pause at a time, and none begins while the link lives and is not suspect;
 *  2. only while registered, and only to an upstream that the server says is there;
 *  3. only to the key that the name must have (`UpstreamKey`), unless that is linked as another upstream already;
 *  4. if both name each other, the lower PeerId dials; the other waits for as long as a dial may take, then dials too;
 *  5. a try in vain is followed by a pause. News from the server ends the pause, and an attempt that went to the
 *     upstream's old socket; more news than `newsDials` allows leaves both as they are.
 */
export class UpstreamDialer {
  readonly #options: UpstreamDialerOptions
  readonly #backoff: Backoff
  readonly #newsDials: TokenBucket
  readonly #key: UpstreamKey
  readonly #dial: DialSlot
  #isRegistered = false
  /** Registered once, or turned away; until then nobody knows whether the server is there. */
  #hasAsked = false
  #presence: UpstreamOnline | undefined
  /** A name that is there, and differs from this one by case alone. */
  #similar: string | undefined
  /** The server knows of some tabs only: an upstream that it does not name may be there. */
  #isServerDivided = false
  #newsAt = -Infinity
  /** Rule 4: until then the dial is the other side's. */
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
    const peerId = this.#link?.peerId ?? this.#key.expected ?? parsePeerId(this.#presence?.peerId)
    const similar = this.#presence ? undefined : this.#similar
    return { name, peerId, phase: this.#phase(), reason: this.#link ? undefined : this.#statusReason(), similar }
  }

  /** Whether a link with this key is the link to this upstream. */
  isKey(peerId: PeerId): boolean {
    return (this.#key.expected ?? this.#presence?.peerId) === peerId
  }

  registered(): void {
    this.#isRegistered = true
    this.#hasAsked = true
    this.#evaluate()
  }

  /** What the server said no longer counts: after the next registration it says again who is there. */
  unregistered(): void {
    this.#isRegistered = false
    this.#hasAsked = true
    this.#presence = undefined
    this.#similar = undefined
    this.#isServerDivided = false
    this.#evaluate()
  }

  divided(isDivided: boolean): void {
    this.#isServerDivided = isDivided
    this.#evaluate()
  }

  /** Gives the link that should be probed, if the upstream has one that looks up. */
  online(presence: UpstreamOnline): LinkId | undefined {
    const now = this.#options.timers.now()
    this.#presence = presence
    if (this.#key.problem(presence.peerId)) this.#options.distrust()
    if (this.#link) this.#link.wasNamedSince = true
    // An upstream that comes and goes all the time earns no short pauses by it.
    if (now - this.#newsAt >= this.#options.limits.redialLongCapMs) this.#backoff.reset()
    this.#newsAt = now
    this.#yield()
    this.#heedNews()
    return this.#link?.id
  }

  similar(name: string): void {
    this.#similar = name
    this.#options.changed()
  }

  /** A person accepts the key that the name has now. */
  trust(): void {
    if (!this.#presence) return
    this.#key.trust(this.#presence.peerId)
    this.#yield()
    this.#dial.endPause()
    this.#evaluate()
  }

  linked(link: Link): void {
    // Ends nothing if this very attempt opened the link.
    this.#dial.dropAttempt()
    this.#dial.endPause()
    const since = this.#options.timers.now()
    this.#link = { id: link.id, peerId: link.peerId, since, isQuiet: false, wasNamedSince: false }
    this.#reason = undefined
    this.#key.trust(link.peerId)
    this.#evaluate()
  }

  /** Whether this dialer's link is the one that ended; the end of a replaced one changes nothing. */
  closed(id: LinkId, reason: CloseReason): boolean {
    if (this.#link?.id !== id) return false
    const { since, peerId } = this.#link
    const { timers, limits, admission } = this.#options
    const now = timers.now()
    this.#link = undefined
    if (now - since >= limits.steadyAfterMs) this.#backoff.reset()
    // Whether an upstream that aborted is still there, a dial tells: soon, and whoever's turn it is.
    if (reason !== 'aborted') this.#yield()
    if (reason === 'said-bye' || reason === 'stopped') {
      this.#reason = 'said-bye'
      // The server's word of the node that takes this one's place may come before this one's bye.
      const isReplaced = this.#newsAt > since && now - this.#newsAt < limits.newsOutlivesByeMs
      if (!isReplaced) this.#presence = undefined
      if (isReplaced) this.#heedNews()
      else this.#evaluate()
    } else {
      this.#reason = reason === 'misbehaved' ? 'misbehaved' : 'connection-lost'
      if (reason === 'misbehaved') this.#dial.dropAttempt()
      this.#pause(Math.max(this.#backoff.nextMs(), admission.bannedForMs(peerId, now)))
    }
    return true
  }

  setQuiet(id: LinkId, isQuiet: boolean): void {
    if (this.#link?.id !== id) return
    this.#link.isQuiet = isQuiet
    if (!isQuiet) {
      this.#link.wasNamedSince = false
      // A link that recovers is kept.
      this.#dial.dropAttempt()
    }
    this.#evaluate()
  }

  /** Something that `#evaluate` asks for may have changed. */
  reconsider(): void {
    this.#evaluate()
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
    this.#isRegistered = false
    this.#dial.endPause()
    this.#dial.dropAttempt()
  }

  #evaluate(): void {
    const peerId = this.#dial.isIdle ? this.#pickPeer() : undefined
    const theirTurnMs = peerId ? this.#theirTurnMs(peerId) : 0
    if (theirTurnMs > 0) this.#pause(theirTurnMs)
    else if (peerId) this.#attempt(peerId)
    this.#options.changed()
  }

  /** Rules 1 to 3: whom to dial now, if anybody. */
  #pickPeer(): PeerId | undefined {
    if (this.#link && !this.#isSuspect()) return undefined
    if (!this.#isRegistered || !this.#presence || this.#dialProblem()) return undefined
    const peerId = parsePeerId(this.#presence.peerId)
    return peerId === this.#options.self ? undefined : peerId
  }

  /** Rule 4. A link that they made before we took them for this upstream stays the wrong way round: we dial anew. */
  #theirTurnMs(peerId: PeerId): number {
    const { self, timers } = this.#options
    const isTheirs = this.#presence?.mutual && peerId < self && this.#options.linkTo(peerId)?.direction !== 'downstream'
    return isTheirs ? this.#yieldsUntil - timers.now() : 0
  }

  #yield(): void {
    this.#yieldsUntil = this.#options.timers.now() + this.#options.limits.connectWithinMs
  }

  #dialProblem(): 'wrong-key' | 'key-changed' | 'linked-already' | undefined {
    if (!this.#presence) return undefined
    const peerId = parsePeerId(this.#presence.peerId)
    const other = peerId && this.#options.linkTo(peerId)
    const isLinkedAlready = other?.direction === 'upstream' && other.name !== this.#options.name
    return this.#key.problem(this.#presence.peerId) ?? (isLinkedAlready ? 'linked-already' : undefined)
  }

  #isSuspect(): boolean {
    return this.#link?.isQuiet === true && this.#link.wasNamedSince
  }

  /** Rule 5. */
  #heedNews(): void {
    if (!this.#link || this.#isSuspect()) {
      if (this.#newsDials.take(this.#options.timers.now())) {
        this.#dial.endPause()
        this.#dial.dropUnanswered()
      } else if (this.#dial.isIdle) {
        this.#pause(this.#backoff.nextMs())
      }
    }
    this.#evaluate()
  }

  #attempt(peerId: PeerId): void {
    const { admission, timers } = this.#options
    const refusal = admission.dial(peerId, timers.now())
    if (refusal === 'out-of-connections') {
      this.#reason = refusal
      return
    }
    if (refusal === 'banned') {
      this.#pause(admission.bannedForMs(peerId, timers.now()))
      return
    }
    try {
      const attempt = this.#options.createAttempt(peerId, { failed: (reason) => this.#failed(attempt, reason) })
      this.#dial.begin(attempt, peerId)
    } catch {
      // The page has used up its share of connections, or the browser has none to give now.
      this.#reason = 'webrtc-failed'
      this.#pause(this.#backoff.nextMs())
    }
  }

  #failed(attempt: DialAttempt, reason: AttemptFailure): void {
    if (!this.#dial.end(attempt)) return
    if (reason !== 'cancelled') this.#reason = reason
    // The server says that it is not there, and will say when it is.
    if (reason === 'not-there') this.#presence = undefined
    if (reason === 'not-there') this.#evaluate()
    else this.#pause(this.#backoff.nextMs())
  }

  #pause(pauseMs: number): void {
    this.#dial.pause(pauseMs, () => this.#evaluate())
    this.#options.changed()
  }

  #phase(): UpstreamStatus['phase'] {
    if (this.#link) return 'linked'
    if (!this.#isRegistered) return 'waiting'
    if (!this.#presence) return this.#isServerDivided ? 'dialling' : 'waiting'
    if (this.#dialProblem()) return 'waiting'
    return this.#reason === 'out-of-connections' ? 'waiting' : 'dialling'
  }

  #statusReason(): LinkReason | undefined {
    if (!this.#isRegistered) return this.#hasAsked ? 'server-offline' : undefined
    if (!this.#presence && this.#isServerDivided) return 'server-divided'
    if (!this.#presence) return this.#reason === 'said-bye' ? 'said-bye' : 'not-there'
    return this.#dialProblem() ?? this.#reason
  }
}
