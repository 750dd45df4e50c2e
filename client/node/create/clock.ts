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

const timers: Timers = { now: () => performance.now(), after }

/** The clock of this page, worker or process. */
export const systemClock = (isHidden: () => boolean = isPageHidden): NodeClock => {
  let loopWatch: LoopWatch | undefined
  const lateMs = (): number => {
    // A page whose node is in a worker needs none.
    loopWatch ??= new LoopWatch(timers, isHidden)
    return loopWatch.lateMs()
  }
  return { ...timers, wallClock: Date.now, lateMs, breathe: createBreathe() }
}

/** False where there is no page. */
export const isPageHidden = (): boolean => globalThis.document?.visibilityState === 'hidden'

/**
 * Each call resolves in a later task. By a message, not a timer: the timers of a hidden tab fire once a second. All calls
 * share a channel, since a new one costs more than the message.
 */
const createBreathe = (): (() => Promise<void>) => {
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
