import { describe, expect, it } from 'vitest'
import {
  DrawingBudget,
  drawingBudgetLimits,
  type DrawingClock,
  FrameScheduler,
} from '../../../client/ui/shared/frame-scheduler.ts'

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

const { share, burstMs, mostRestMs } = drawingBudgetLimits

/** Draws as often as the budget allows, each time for `tookMs`; gives the share of time that drawing took. */
const drawFor = (totalMs: number, tookMs: number): number => {
  const budget = new DrawingBudget()
  let [now, drawnMs] = [0, 0]
  while (now < totalMs) {
    now += Math.max(1_000 / 60, tookMs + budget.restMs(now))
    drawnMs += tookMs
    budget.spend(tookMs, now)
  }
  return drawnMs / totalMs
}

describe('the drawing budget', () => {
  it('lets the effects of one message be drawn in every frame', () => {
    const budget = new DrawingBudget()
    let now = 1_000
    for (let drawing = 0; drawing < burstMs / 10; drawing += 1) {
      expect(budget.restMs(now)).toBe(0)
      now += 1_000 / 60
      budget.spend(10, now)
    }
  })

  it.for([2, 10])('leaves the rest of the time to the node while the page is busy: drawings of %i ms', (tookMs) => {
    expect(drawFor(60_000, tookMs)).toBeLessThanOrEqual(share + (burstMs + tookMs) / 60_000)
    expect(drawFor(60_000, tookMs)).toBeGreaterThan(share * 0.9)
  })

  it('[P8] never rests longer than the limit, however long drawing takes', () => {
    const budget = new DrawingBudget()
    budget.spend(5_000, 0)
    budget.spend(5_000, 10)
    expect(budget.restMs(10)).toBeCloseTo(mostRestMs, 6)
    expect(budget.restMs(10 + mostRestMs)).toBe(0)
  })

  it('allows the whole burst again after a calm period', () => {
    const budget = new DrawingBudget()
    budget.spend(1_000, 0)
    const calmMs = mostRestMs + burstMs / share
    budget.spend(burstMs, calmMs)
    expect(budget.restMs(calmMs)).toBe(0)
    budget.spend(1, calmMs)
    expect(budget.restMs(calmMs)).toBeGreaterThan(0)
  })
})
