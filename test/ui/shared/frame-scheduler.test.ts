import { describe, expect, it } from 'vitest'
import { drawingBudgetLimits } from '../../../client/ui/shared/drawing-budget.ts'
import { type DrawingClock, FrameScheduler } from '../../../client/ui/shared/frame-scheduler.ts'

/** A clock whose frames and timers run when the test triggers them. */
const createClock = () => {
  let [now, drawingMs] = [0, 0]
  let drawn: (() => void) | undefined
  const waiting = { frame: new Map<number, () => void>(), timer: new Map<number, () => void>() }
  let lastId = 0
  const wait = (kind: 'frame' | 'timer', work: () => void): number => {
    lastId += 1
    waiting[kind].set(lastId, work)
    return lastId
  }
  const clock: DrawingClock = {
    requestFrame: (work) => wait('frame', work),
    cancelFrame: (id) => void waiting.frame.delete(id),
    setTimer: (work) => wait('timer', work),
    clearTimer: (id) => void waiting.timer.delete(id),
    now: () => now,
    afterDrawing: (work) => {
      drawn = work
    },
  }
  const come = (kind: 'frame' | 'timer'): void => {
    const works = [...waiting[kind].values()]
    waiting[kind].clear()
    for (const work of works) work()
    now += drawingMs
    drawn?.()
    drawn = undefined
  }
  const takes = (ms: number): void => {
    drawingMs = ms
  }
  const pass = (ms: number): void => {
    now += ms
  }
  return {
    clock,
    come,
    takes,
    pass,
    frames: () => waiting.frame.size,
    pending: () => waiting.frame.size + waiting.timer.size,
  }
}

describe('the frame scheduler', () => {
  it('runs the work of many requests once, in the next frame', () => {
    const { clock, come, pending } = createClock()
    let works = 0
    const scheduler = new FrameScheduler(() => (works += 1), clock)
    for (let request = 0; request < 1_000; request += 1) scheduler.schedule()
    expect(works).toBe(0)
    come('frame')
    expect(works).toBe(1)
    expect(pending()).toBe(0)
  })

  it('runs the work by the timer if no frames come, as in a hidden tab', () => {
    const { clock, come, pending } = createClock()
    let works = 0
    const scheduler = new FrameScheduler(() => (works += 1), clock)
    scheduler.schedule()
    come('timer')
    expect(works).toBe(1)
    expect(pending()).toBe(0)
  })

  it('can be scheduled again from within its work', () => {
    const { clock, come } = createClock()
    let works = 0
    const scheduler: FrameScheduler = new FrameScheduler(() => {
      works += 1
      if (works === 1) scheduler.schedule()
    }, clock)
    scheduler.schedule()
    come('frame')
    come('frame')
    expect(works).toBe(2)
  })

  it('waits for a timer, not for a frame, once drawing has used its budget', () => {
    const { clock, come, takes, pass, frames } = createClock()
    let works = 0
    const scheduler = new FrameScheduler(() => (works += 1), clock)
    takes(drawingBudgetLimits.burstMs + 1)
    scheduler.schedule()
    come('frame')
    scheduler.schedule()
    expect(frames()).toBe(0)
    pass(1 / drawingBudgetLimits.share)
    takes(0)
    come('timer')
    expect(frames()).toBe(1)
    come('frame')
    expect(works).toBe(2)
    scheduler.schedule()
    expect(frames()).toBe(1)
  })

  it('forgets its requests when it is cancelled', () => {
    const { clock, come } = createClock()
    let works = 0
    const scheduler = new FrameScheduler(() => (works += 1), clock)
    scheduler.schedule()
    scheduler.cancel()
    come('frame')
    come('timer')
    expect(works).toBe(0)
  })
})
