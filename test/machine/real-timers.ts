import type { Timers } from '../../client/node/shared/timers.ts'

/** Runs the action once; the returned function cancels it. */
export const afterRealTime = (delayMs: number, action: () => void): (() => void) => {
  const timer = setTimeout(action, delayMs)
  return () => clearTimeout(timer)
}

export const realTimers: Timers = { now: () => performance.now(), after: afterRealTime }
