import type { Timers } from '../shared/timers.ts'
import { LoopWatch } from '../loop-watch.ts'

/** The times of a node. */
export interface NodeClock extends Timers {
  /** Milliseconds since 1970. */
  wallClock(): number
  /** Milliseconds by which the event loop runs late: a frame that is read now may have waited for as long. */
  lateMs(): number
  /** Resolves in a later task, after everything that is due now. */
  breathe(): Promise<void>
}

export const after = (delayMs: number, action: () => void): (() => void) => {
  const timer = setTimeout(action, delayMs)
  return () => clearTimeout(timer)
}

/** The timers of this page, worker or process. */
export const timers: Timers = { now: () => performance.now(), after }

/** Timers that keep no process of Node.js alive. */
const backgroundTimers: Timers = {
  now: () => timers.now(),
  after: (delayMs, action) => {
    const timer: unknown = setTimeout(action, delayMs)
    if (typeof timer === 'object' && timer && 'unref' in timer) (timer as NodeJS.Timeout).unref()
    return () => clearTimeout(timer as NodeJS.Timeout)
  },
}

/** The clock of this page, worker or process. */
export const systemClock = (isHidden: () => boolean = isPageHidden): NodeClock => {
  let loopWatch: LoopWatch | undefined
  const lateMs = (): number => {
    // A page whose node is in a worker needs none.
    loopWatch ??= new LoopWatch(backgroundTimers, isHidden)
    return loopWatch.lateMs()
  }
  return { ...timers, wallClock: Date.now, lateMs, breathe: createBreathe() }
}

/** False where there is no page. */
export const isPageHidden = (): boolean => globalThis.document?.visibilityState === 'hidden'

/**
 * Each call resolves in a later task. By a message, not a timer: the timers of a hidden tab fire once a second. All calls
 * share a channel, since a new one costs more than the message. In Node.js an open channel would keep the process alive.
 */
const createBreathe = (): (() => Promise<void>) => {
  if (typeof setImmediate === 'function') return () => new Promise((resolve) => setImmediate(resolve))
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      port2.postMessage(undefined)
    })
}
