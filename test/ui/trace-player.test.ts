import { beforeEach, describe, expect, it } from 'vitest'
import type { FrameClock } from '../../client/ui/frame-scheduler.ts'
import { TracePlayer } from '../../client/ui/trace-player.ts'

/** Turned by hand: one frame is 16 ms. */
class HandClock implements FrameClock {
  time = 0
  frame: (() => void) | undefined
  timer: { readonly work: () => void; readonly at: number } | undefined

  readonly now = (): number => this.time

  requestFrame(work: () => void): number {
    this.frame = work
    return 1
  }

  cancelFrame(): void {
    this.frame = undefined
  }

  setTimer(work: () => void, ms: number): number {
    this.timer = { work, at: this.time + ms }
    return 1
  }

  clearTimer(): void {
    this.timer = undefined
  }

  turn(ms: number, frameMs = 16): void {
    const end = this.time + ms
    while (this.time < end) {
      this.time += frameMs
      const { frame, timer } = this
      this.frame = undefined
      frame?.()
      if (timer && timer.at <= this.time) {
        this.timer = undefined
        timer.work()
      }
    }
  }
}

const score = { duration: 1_000, moments: [400, 1_000] }

describe('a player', () => {
  let clock: HandClock
  let player: TracePlayer
  let seen: number[]

  beforeEach(() => {
    clock = new HandClock()
    seen = []
    player = new TracePlayer(clock, clock.now, () => seen.push(player.position))
    player.start(score)
  })

  it('runs to the end and then asks nothing more of the clock', () => {
    clock.turn(500)
    expect(player.position).toBeGreaterThan(400)
    expect(player.isAtEnd).toBe(false)
    clock.turn(600)
    expect(player.position).toBe(1_000)
    expect(clock.frame).toBeUndefined()
  })

  it('pauses, and goes on from there', () => {
    clock.turn(320)
    player.pause()
    const position = player.position
    clock.turn(5_000)
    expect(player.position).toBe(position)
    expect(clock.frame).toBeUndefined()
    player.play()
    clock.turn(160)
    expect(player.position).toBeCloseTo(position + 160, -1)
  })

  it('steps to the moments, forwards and back, and stops playing', () => {
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

  it('plays again from the beginning once it is at the end', () => {
    clock.turn(1_200)
    player.play()
    expect(player.position).toBe(0)
    clock.turn(100)
    expect(player.position).toBeGreaterThan(50)
  })

  it('goes on when more comes after it has come to its end playing', () => {
    clock.turn(1_200)
    player.extend({ duration: 1_500, moments: [400, 1_000, 1_500] })
    clock.turn(200)
    expect(player.position).toBeGreaterThan(1_100)
  })

  it('stays at the end when more comes after a person stepped there', () => {
    player.step(1)
    player.step(1)
    player.extend({ duration: 1_500, moments: [400, 1_000, 1_500] })
    expect(player.position).toBe(1_500)
    expect(clock.frame).toBeUndefined()
  })

  it('leaves nothing out after a stall', () => {
    clock.turn(16)
    clock.turn(5_000, 5_000)
    expect(player.position).toBeLessThan(200)
  })

  it('never is between two moments for a reader who wants no motion', () => {
    player.isStepwise = true
    player.start(score)
    clock.turn(3_000)
    expect(new Set(seen)).toEqual(new Set([400, 1_000]))
    expect(clock.timer).toBeUndefined()
  })
})
