import type { GossipEffect } from '../gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../gossip/effects/gossip-event.ts'
import type { GossipCore } from '../gossip/core.ts'
import type { Timers } from './shared/timers.ts'
import { reportUncaught } from './shared/event-emitter.ts'

export interface CoreDriverOptions {
  readonly core: GossipCore
  readonly timers: Timers
  /** Resolves in a later task, after everything that is due now. */
  readonly breathe: () => Promise<void>
  apply(effect: GossipEffect): void
  /** Called after the effects of every event. */
  handled(now: number): void
  /** When time changes something outside the core, milliseconds; Infinity: never. */
  readonly nextWakeAt: (now: number) => number
  /** Called after every tick. */
  readonly woke: () => void
}

/**
 * Hands events to the core, applies its effects, and wakes it in time.
 *  1. Every effect is applied, in order, even if an earlier one throws. Such an error is reported as uncaught, since it is
 *     not the fault of the caller, which often is a link that reads frames. An error of the core itself goes to the caller.
 *  2. After every event, a failed one too, the timer is never later than the next deadline; it may fire early, since a busy
 *     link would otherwise set it anew with every frame. After `stop` there is no timer.
 *  3. If the core has work left, it gets a tick in the next task, not by a timer: those of a hidden tab fire once a second.
 */
export class CoreDriver {
  readonly #options: CoreDriverOptions
  #timer: { readonly at: number; readonly stop: () => void } | undefined
  #isBreathing = false
  #isStopped = false

  constructor(options: CoreDriverOptions) {
    this.#options = options
  }

  handle(event: GossipEvent): void {
    const { core, timers } = this.#options
    const now = timers.now()
    try {
      for (const effect of core.handle(event, now)) this.#attempt(() => this.#options.apply(effect))
      this.#attempt(() => this.#options.handled(now))
    } finally {
      this.schedule()
    }
  }

  /** For a change of `nextWakeAt` without an event. */
  schedule(): void {
    if (this.#isStopped) return this.#setTimer(Infinity)
    const { core, timers, nextWakeAt } = this.#options
    if (core.isBusy) void this.#continue()
    this.#setTimer(Math.min(core.nextWakeAt(), nextWakeAt(timers.now())))
  }

  /** Stops the core and the timer. Later events are still applied. */
  stop(): void {
    this.#isStopped = true
    this.handle({ type: 'stop' })
  }

  async #continue(): Promise<void> {
    if (this.#isBreathing) return
    this.#isBreathing = true
    await this.#options.breathe()
    this.#isBreathing = false
    if (!this.#isStopped) this.handle({ type: 'tick' })
  }

  #setTimer(at: number): void {
    if (this.#timer && this.#timer.at <= at && at !== Infinity) return
    this.#timer?.stop()
    this.#timer = undefined
    if (at === Infinity) return
    const { timers, woke } = this.#options
    const stop = timers.after(Math.max(0, at - timers.now()), () => {
      this.#timer = undefined
      this.handle({ type: 'tick' })
      woke()
    })
    this.#timer = { at, stop }
  }

  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      reportUncaught(error)
    }
  }
}
