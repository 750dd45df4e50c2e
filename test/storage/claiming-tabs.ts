import type { NameClaim } from '../../client/storage/claim.ts'
import { storageLimits } from '../../client/storage/limits.ts'
import { claimName, isNameClaimed } from '../../client/storage/name-claim.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { MemoryStorage } from './memory-storage.ts'

/** Runs the action now, later or never, depending on whether its tab runs, stalls or has crashed. */
type Run = (action: () => void) => void

/**
 * BroadcastChannels of one browser. The messages of one sender arrive in order, at each receiver after its own delay.
 */
export class Browser {
  readonly clock = new VirtualClock()
  readonly marks = new MemoryStorage()
  readonly #channels = new Set<{ readonly receive: (data: unknown) => void; readonly run: Run }>()
  readonly #delayMs: () => number

  constructor(delayMs: () => number = () => 1) {
    this.#delayMs = delayMs
  }

  openChannel(run: Run): BroadcastChannel {
    const target = new EventTarget()
    const receiver = {
      run,
      receive: (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data })),
    }
    const lastAt = new Map<unknown, number>()
    const send = (data: unknown): void => {
      for (const other of this.#channels) {
        if (other === receiver) continue
        const at = Math.max(lastAt.get(other) ?? 0, this.clock.now() + this.#delayMs())
        lastAt.set(other, at)
        this.clock.after(at - this.clock.now(), () => {
          other.run(() => {
            if (this.#channels.has(other)) other.receive(data)
          })
        })
      }
    }
    this.#channels.add(receiver)
    return Object.assign(target, {
      postMessage: (data: unknown) => send(structuredClone(data)),
      close: () => this.#channels.delete(receiver),
    }) as unknown as BroadcastChannel
  }
}

export const always: Run = (action) => action()

/** A tab that claims the name node1. */
export class Tab {
  claim: NameClaim | undefined
  timesHeldElsewhere = 0
  timesLost = 0
  isDead = false
  error: unknown
  readonly #abort = new AbortController()
  /** The actions that a stalled tab runs once it continues; undefined while the tab runs. */
  #missed: (() => void)[] | undefined

  constructor(browser: Browser, random: () => number = () => 0.5, { hasMarks = true } = {}) {
    const { clock } = browser
    const run: Run = (action) => {
      if (this.#missed) this.#missed.push(action)
      else if (!this.isDead) action()
    }
    claimName({
      net: 'main',
      name: 'node1',
      means: { openChannel: () => browser.openChannel(run), ...(hasMarks && { openMarks: () => browser.marks }) },
      clock: { now: () => clock.now(), after: (delayMs, action) => clock.after(delayMs, () => run(action)) },
      random,
      onHeldElsewhere: () => {
        this.timesHeldElsewhere += 1
      },
      onLost: () => {
        this.timesLost += 1
        this.claim = undefined
      },
      signal: this.#abort.signal,
    })
      .then((claim) => (this.claim = claim))
      .catch((error: unknown) => {
        this.error = error
      })
  }

  get holds(): boolean {
    return this.claim !== undefined && !this.isDead
  }

  release(): void {
    this.claim?.release()
    this.claim = undefined
  }

  abort(): void {
    this.#abort.abort(new Error('stopped'))
  }

  standStill(): void {
    this.#missed = []
  }

  moveAgain(): void {
    const missed = this.#missed ?? []
    this.#missed = undefined
    for (const action of missed) action()
  }
}

/** The answer for a tab that queries whether the name is claimed. */
export const isClaimed = async (browser: Browser, name = 'node1'): Promise<boolean> => {
  const openChannel = (key: string): BroadcastChannel =>
    key === 'grapevine:main:node1' ? browser.openChannel(always) : new Browser().openChannel(always)
  const means = { openChannel, openMarks: () => browser.marks }
  const answer = isNameClaimed({ net: 'main', name }, means, browser.clock)
  await browser.clock.pass(storageLimits.objectionMs)
  return answer
}
