import type { UpstreamOnline } from '../../signal-server/protocol.ts'
import type { Link, LinkId } from '../gossip/link.ts'
import type { NodeName } from '../gossip/node-name.ts'
import { type PeerId, parsePeerId } from '../gossip/peer-id.ts'
import type { Admission } from './admission.ts'
import type { Attempt, AttemptFailure } from './attempt.ts'
import { Backoff } from './backoff.ts'
import type { NetworkLimits } from './limits.ts'
import type { Timers } from './timers.ts'

/** Why there is no link to an upstream; the page has words for each. */
export type UpstreamReason =
  | Exclude<AttemptFailure, 'cancelled'>
  | 'said-bye'
  | 'connection-lost'
  | 'misbehaved'
  | 'key-changed'
  | 'wrong-key'
  | 'out-of-connections'

export interface UpstreamStatus {
  readonly name: NodeName
  /** The key it has, had, or must have; absent while nobody has said. */
  readonly peerId: PeerId | undefined
  /** `dialling` also between two tries and while the upstream, naming us too, is the one to dial. */
  readonly phase: 'waiting' | 'dialling' | 'linked'
  readonly reason: UpstreamReason | undefined
}

/** How a link ended, as far as redialling cares. */
export type Release = 'bye' | 'lost' | 'cut'

export interface UpstreamDialerOptions {
  readonly name: NodeName
  /** The key that the address names; then no other is ever linked to. */
  readonly pin: PeerId | undefined
  /** The key that the name had last time, and the way to remember another. */
  readonly trusted: PeerId | undefined
  remember(peerId: PeerId): void
  readonly self: PeerId
  readonly admission: Admission
  readonly timers: Timers
  readonly limits: NetworkLimits
  readonly random: () => number
  /** Throws if the browser makes no more connections. */
  createAttempt(peerId: PeerId, events: { failed(reason: AttemptFailure): void }): Attempt
  /** `status()` may have changed. */
  changed(): void
}

type Dial =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pausing'; readonly stop: () => void }
  | { readonly phase: 'attempting'; readonly attempt: Attempt; readonly peerId: PeerId }

/**
 * Keeps one upstream linked. Handlers change state; `#evaluate` alone decides whether to dial:
 *  1. at most one attempt at a time, and none while the link lives and is not suspect;
 *  2. only while registered, and only to an upstream that the server says is there;
 *  3. only to the pinned key, or else the remembered one, or else (trusted once) the first that is seen;
 *  4. if both name each other, the lower PeerId dials and the other waits;
 *  5. a try in vain is followed by a pause; news from the server ends the pause.
 */
export class UpstreamDialer {
  readonly #options: UpstreamDialerOptions
  readonly #backoff: Backoff
  #dial: Dial = { phase: 'idle' }
  #isRegistered = false
  /** Registered once, or turned away; until then nobody knows whether the server is there. */
  #hasAsked = false
  #presence: UpstreamOnline | undefined
  #trusted: PeerId | undefined
  #link: { readonly id: LinkId; readonly peerId: PeerId; readonly since: number; isQuiet: boolean } | undefined
  /** The server named this upstream anew since the link came up: if it falls quiet too, it was replaced. */
  #wasNamedSince = false
  #reason: UpstreamReason | undefined

  constructor(options: UpstreamDialerOptions) {
    this.#options = options
    this.#trusted = options.trusted
    this.#backoff = new Backoff(options.limits, options.random)
  }

  get name(): NodeName {
    return this.#options.name
  }

  status(): UpstreamStatus {
    const { name, pin } = this.#options
    const peerId = this.#link?.peerId ?? pin ?? this.#trusted ?? (this.#presence?.peerId as PeerId | undefined)
    return { name, peerId, phase: this.#phase(), reason: this.#link ? undefined : this.#statusReason() }
  }

  /** Whether a link with this key is the link to this upstream. */
  isKey(peerId: PeerId): boolean {
    const key = this.#options.pin ?? this.#trusted ?? this.#presence?.peerId
    return key === peerId
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
    this.#evaluate()
  }

  /** Gives the link that should be probed, if the upstream has one that looks up. */
  online(presence: UpstreamOnline): LinkId | undefined {
    this.#presence = presence
    this.#wasNamedSince = true
    if (!this.#link) this.#backoff.reset()
    this.#endPause()
    this.#evaluate()
    return this.#link?.id
  }

  /** A person accepts the key that the name has now. */
  trust(): void {
    const peerId = parsePeerId(this.#presence?.peerId)
    if (!peerId || this.#options.pin) return
    this.#trusted = peerId
    this.#options.remember(peerId)
    this.#endPause()
    this.#evaluate()
  }

  linked(link: Link): void {
    if (this.#dial.phase === 'attempting') {
      const { attempt } = this.#dial
      this.#dial = { phase: 'idle' }
      // Ends nothing if this very attempt opened the link.
      attempt.cancel()
    }
    this.#endPause()
    this.#link = { id: link.id, peerId: link.peerId, since: this.#options.timers.now(), isQuiet: false }
    this.#wasNamedSince = false
    this.#reason = undefined
    if (!this.#options.pin && this.#trusted !== link.peerId) {
      this.#trusted = link.peerId
      this.#options.remember(link.peerId)
    }
    this.#evaluate()
  }

  /** Whether this dialer's link is the one that ended; the end of a replaced one changes nothing. */
  released(id: LinkId, release: Release): boolean {
    if (this.#link?.id !== id) return false
    const { since, peerId } = this.#link
    const { timers, limits, admission } = this.#options
    this.#link = undefined
    if (timers.now() - since >= limits.steadyAfterMs) this.#backoff.reset()
    if (release === 'bye') {
      this.#reason = 'said-bye'
      // A word of the server that is newer than the link is not unsaid by the link's bye.
      if (!this.#wasNamedSince) this.#presence = undefined
      this.#evaluate()
    } else {
      this.#reason = release === 'cut' ? 'misbehaved' : 'connection-lost'
      this.#pause(Math.max(this.#backoff.nextMs(), admission.bannedForMs(peerId, timers.now())))
    }
    return true
  }

  setQuiet(id: LinkId, isQuiet: boolean): void {
    if (this.#link?.id !== id) return
    this.#link.isQuiet = isQuiet
    this.#evaluate()
  }

  /**
   * Both dial each other at once (rule 4 was not known to both yet). The lower PeerId's attempt goes on.
   * True: ours goes on, ignore theirs. False: ours is given up for theirs.
   */
  winsGlare(peerId: PeerId): boolean {
    if (this.#dial.phase !== 'attempting' || this.#dial.peerId !== peerId) return false
    if (this.#options.self < peerId) return true
    const { attempt } = this.#dial
    this.#dial = { phase: 'idle' }
    attempt.cancel()
    return false
  }

  stop(): void {
    this.#isRegistered = false
    this.#endPause()
    if (this.#dial.phase !== 'attempting') return
    const { attempt } = this.#dial
    this.#dial = { phase: 'idle' }
    attempt.cancel()
  }

  #evaluate(): void {
    const peerId = this.#pickPeer()
    if (peerId) this.#attempt(peerId)
    this.#options.changed()
  }

  /** Rules 1 to 5: whom to dial now, if anybody. */
  #pickPeer(): PeerId | undefined {
    if (this.#dial.phase !== 'idle') return undefined
    const isSuspect = this.#link?.isQuiet === true && this.#wasNamedSince
    if (this.#link && !isSuspect) return undefined
    if (!this.#isRegistered || !this.#presence || this.#keyProblem()) return undefined
    const peerId = parsePeerId(this.#presence.peerId)
    if (!peerId || peerId === this.#options.self) return undefined
    const isTheirsToDial = this.#presence.mutual && peerId < this.#options.self
    return isTheirsToDial ? undefined : peerId
  }

  #keyProblem(): 'wrong-key' | 'key-changed' | undefined {
    if (!this.#presence) return undefined
    const { pin } = this.#options
    if (pin) return this.#presence.peerId === pin ? undefined : 'wrong-key'
    return this.#trusted === undefined || this.#presence.peerId === this.#trusted ? undefined : 'key-changed'
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
      this.#dial = { phase: 'attempting', attempt, peerId }
    } catch {
      // `new RTCPeerConnection` throws when the page has used up its share, or the browser has none to give now.
      this.#reason = 'webrtc-failed'
      this.#pause(this.#backoff.nextMs())
    }
  }

  #failed(attempt: Attempt, reason: AttemptFailure): void {
    if (this.#dial.phase !== 'attempting' || this.#dial.attempt !== attempt) return
    this.#dial = { phase: 'idle' }
    if (reason !== 'cancelled') this.#reason = reason
    // The server says that it is not there, and will say when it is.
    if (reason === 'not-there') this.#presence = undefined
    if (reason === 'not-there') this.#evaluate()
    else this.#pause(this.#backoff.nextMs())
  }

  #pause(pauseMs: number): void {
    const stop = this.#options.timers.after(pauseMs, () => {
      this.#dial = { phase: 'idle' }
      this.#evaluate()
    })
    this.#dial = { phase: 'pausing', stop }
    this.#options.changed()
  }

  #endPause(): void {
    if (this.#dial.phase !== 'pausing') return
    this.#dial.stop()
    this.#dial = { phase: 'idle' }
  }

  #phase(): UpstreamStatus['phase'] {
    if (this.#link) return 'linked'
    if (!this.#isRegistered || !this.#presence || this.#keyProblem()) return 'waiting'
    return this.#reason === 'out-of-connections' ? 'waiting' : 'dialling'
  }

  #statusReason(): UpstreamReason | undefined {
    if (!this.#isRegistered) return this.#hasAsked ? 'server-offline' : undefined
    if (!this.#presence) return this.#reason === 'said-bye' ? 'said-bye' : 'not-there'
    return this.#keyProblem() ?? this.#reason
  }
}
