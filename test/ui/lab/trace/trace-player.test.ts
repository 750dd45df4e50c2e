import { beforeEach, describe, expect, it } from 'vitest'
import { TracePlayer } from '../../../../client/ui/lab/trace/trace-player.ts'
import { HandClock } from '../../hand-clock.ts'

const score = { duration: 1_000, moments: [400, 1_000] }

describe('a player', () => {
  let clock: HandClock
  let player: TracePlayer
  let seen: number[]

  beforeEach(() => {
    clock = new HandClock()
    seen = []
    player = new TracePlayer(clock, () => seen.push(player.position))
    player.start(score)
  })

  it('runs to the end and then no longer uses the clock', () => {
    clock.turn(500)
    expect(player.position).toBeGreaterThan(400)
    expect(player.isAtEnd).toBe(false)
    clock.turn(600)
    expect(player.position).toBe(1_000)
    expect(clock.isIdle).toBe(true)
  })

  it('pauses, and continues from there', () => {
    clock.turn(320)
    player.pause()
    const position = player.position
    clock.turn(5_000)
    expect(player.position).toBe(position)
    expect(clock.isIdle).toBe(true)
    player.play()
    clock.turn(160)
    expect(player.position).toBeCloseTo(position + 160, -1)
  })

  it('steps to the next and the previous moment, and stops playback', () => {
    player.step(1)
    expect(player.position).toBe(400)
    expect(player.isPlaying).toBe(false)
    player.step(1)
    expect(player.position).toBe(1_000)
    player.step(-1)
    expect(player.position).toBe(400)
    player.step(-1)
    expect(player.position).toBe(0)
  })

  it('plays again from the beginning if it is at the end', () => {
    clock.turn(1_200)
    player.play()
    expect(player.position).toBe(0)
    clock.turn(100)
    expect(player.position).toBeGreaterThan(50)
  })

  it('continues when the score grows after it was played to its end', () => {
    clock.turn(1_200)
    player.extend({ duration: 1_500, moments: [400, 1_000, 1_500] })
    clock.turn(200)
    expect(player.position).toBeGreaterThan(1_100)
  })

  it('stays at the end when the score grows after a person stepped there', () => {
    player.step(1)
    player.step(1)
    player.extend({ duration: 1_500, moments: [400, 1_000, 1_500] })
    expect(player.position).toBe(1_500)
    expect(clock.isIdle).toBe(true)
  })

  it('skips nothing after a stall', () => {
    clock.turn(16)
    clock.turn(5_000, 5_000)
    expect(player.position).toBeLessThan(200)
  })

  it('never stands between two moments for a reader who wants no motion', () => {
    player.isStepwise = true
    player.start(score)
    clock.turn(3_000)
    expect(new Set(seen)).toEqual(new Set([400, 1_000]))
    expect(clock.isIdle).toBe(true)
  })

  it.each([
    ['running', false],
    ['in steps', true],
  ])('plays faster if the score is longer than it may play, and reports when playback ends: %s', (_, isStepwise) => {
    player.isStepwise = isStepwise
    player.mostMs = 500
    player.start(score)
    const restsAt = player.restsAt
    expect(restsAt).toBe(500)
    clock.turn(250)
    expect(player.restsAt).toBeCloseTo(restsAt, -2)
    expect(player.isAtEnd).toBe(false)
    clock.turn(280)
    expect(player.isAtEnd).toBe(true)
    expect(player.restsAt).toBeCloseTo(restsAt, -2)
  })
})
