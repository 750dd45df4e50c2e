import { beforeEach, describe, expect, it } from 'vitest'
import { DrawingBudget, drawingBudgetLimits, FrameScheduler } from '../../../client/ui/shared/frame-scheduler.ts'
import { HandClock } from '../hand-clock.ts'

const { share, burstMs, mostRestMs } = drawingBudgetLimits

describe('the frame scheduler', () => {
  let clock: HandClock
  let works: number
  let drawingMs: number
  let scheduler: FrameScheduler

  beforeEach(() => {
    clock = new HandClock()
    works = 0
    drawingMs = 0
    scheduler = new FrameScheduler(() => {
      works += 1
      clock.time += drawingMs
    }, clock)
  })

  it('runs the work of many requests once, in the next frame', () => {
    for (let request = 0; request < 1_000; request += 1) scheduler.schedule()
    expect(works).toBe(0)
    clock.turn(16)
    expect(works).toBe(1)
    expect(clock.isIdle).toBe(true)
  })

  it('runs the work by the timer if no frames come, as in a hidden tab', () => {
    clock.hasFrames = false
    scheduler.schedule()
    clock.turn(200)
    expect(works).toBe(1)
    expect(clock.isIdle).toBe(true)
  })

  it('can be scheduled again from within its work', () => {
    const again: FrameScheduler = new FrameScheduler(() => {
      works += 1
      if (works === 1) again.schedule()
    }, clock)
    again.schedule()
    clock.turn(32)
    expect(works).toBe(2)
  })

  it('rests once drawing has used its budget, and then draws in every frame again', () => {
    drawingMs = burstMs + 1
    scheduler.schedule()
    clock.turn(16)
    scheduler.schedule()
    drawingMs = 0
    clock.turn(1 / share - 4)
    expect(works).toBe(1)
    clock.turn(32)
    expect(works).toBe(2)
    scheduler.schedule()
    clock.turn(16)
    expect(works).toBe(3)
  })

  it('forgets its requests when it is cancelled', () => {
    scheduler.schedule()
    scheduler.cancel()
    clock.turn(200)
    expect(works).toBe(0)
  })
})

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
