import { expect, it } from 'vitest'
import { LoopWatch } from '../../client/node/loop-watch.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

it('measures how late the event loop runs, before and after the late timer has fired, and then 0', async () => {
  const clock = new VirtualClock()
  let isHidden = false
  const watch = new LoopWatch(clock, () => isHidden)
  await clock.pass(1_000)
  expect(watch.lateMs()).toBe(0)
  clock.stall(800)
  expect(watch.lateMs()).toBeGreaterThanOrEqual(600)
  await clock.pass(50)
  expect(watch.lateMs()).toBeGreaterThanOrEqual(600)
  isHidden = true
  expect(watch.lateMs()).toBe(0)
  isHidden = false
  await clock.pass(400)
  expect(watch.lateMs()).toBe(0)
})
