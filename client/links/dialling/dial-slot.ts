import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { Attempt } from '../attempts/attempt.ts'
import type { Timers } from '../../node/shared/timers.ts'

export type DialAttempt = Pick<Attempt, 'cancel' | 'isAnswered'>

type Dial =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pausing'; readonly stop: () => void }
  | { readonly phase: 'attempting'; readonly attempt: DialAttempt; readonly peerId: PeerId }

const idle: Dial = { phase: 'idle' }

/** What a dialer does between two decisions: nothing, one pause or one attempt. */
export class DialSlot {
  readonly #timers: Timers
  #dial: Dial = idle

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get isIdle(): boolean {
    return this.#dial.phase === 'idle'
  }

  isDialling(peerId: PeerId): boolean {
    return this.#dial.phase === 'attempting' && this.#dial.peerId === peerId
  }

  /** Replaces a pause. During an attempt it does nothing: a pause follows if the attempt fails. */
  pause(pauseMs: number, over: () => void): void {
    this.endPause()
    if (this.#dial.phase === 'attempting') return
    const stop = this.#timers.after(pauseMs, () => {
      this.#dial = idle
      over()
    })
    this.#dial = { phase: 'pausing', stop }
  }

  endPause(): void {
    if (this.#dial.phase !== 'pausing') return
    this.#dial.stop()
    this.#dial = idle
  }

  begin(attempt: DialAttempt, peerId: PeerId): void {
    this.#dial = { phase: 'attempting', attempt, peerId }
  }

  /** The attempt has ended by itself. Returns false if it was dropped before. */
  end(attempt: DialAttempt): boolean {
    if (this.#dial.phase !== 'attempting' || this.#dial.attempt !== attempt) return false
    this.#dial = idle
    return true
  }

  dropAttempt(): void {
    if (this.#dial.phase !== 'attempting') return
    const { attempt } = this.#dial
    // First, so that the end of the attempt finds no dial.
    this.#dial = idle
    attempt.cancel()
  }

  /** Drops an attempt whose offer has no answer. */
  dropUnanswered(): void {
    if (this.#dial.phase === 'attempting' && !this.#dial.attempt.isAnswered) this.dropAttempt()
  }
}
