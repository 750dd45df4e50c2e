import type { DrawingClock } from '../../shared/frame-scheduler.ts'

/** What is played: its length in milliseconds, and the times at which steps end, in ascending order. */
export interface Score {
  readonly duration: number
  readonly moments: readonly number[]
}

/** One frame advances by at most this many milliseconds: after a stall, playback goes on and skips nothing. */
const longestFrameMs = 100

/** Milliseconds between two steps if nothing may move; less if the whole would otherwise take longer than `mostMs`. */
const stepEveryMs = 900

const noScore: Score = { duration: 0, moments: [] }

/**
 * A position that moves along a score. It can be played, paused and stepped.
 * 1. It uses the clock only while it plays and is not at the end.
 * 2. If the score grows while it plays, or after it was played to its end, playback continues.
 * 3. With `isStepwise` (for a reader who wants no motion) playback jumps from moment to moment, and never stands
 *    between.
 * 4. A score that takes longer than `mostMs` is played faster, all parts by the same factor.
 */
export class TracePlayer {
  isStepwise = false
  /** The most milliseconds for which the whole score plays on the screen. */
  mostMs = Number.POSITIVE_INFINITY
  readonly #clock: DrawingClock
  readonly #onMove: () => void
  #score: Score = noScore
  #position = 0
  #isPlaying = false
  #restedAt = 0
  #cancel: (() => void) | undefined

  constructor(clock: DrawingClock, onMove: () => void) {
    this.#clock = clock
    this.#onMove = onMove
  }

  get position(): number {
    return this.#position
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#score.duration
  }

  /** Whether it moves, or would move if the score were longer. */
  get isPlaying(): boolean {
    return this.#isPlaying
  }

  /** The time on the clock at which playback ends if nothing stalls it; after the end, the time when it ended. */
  get restsAt(): number {
    if (!this.#isPlaying || this.isAtEnd) return this.#restedAt
    return this.#clock.now() + this.#playingMs(this.#position) / this.#speed
  }

  /** Plays from the beginning. */
  start(score: Score): void {
    this.#halt()
    this.#score = score
    this.#position = 0
    this.#isPlaying = true
    this.#run()
  }

  /** Replaces the score of the same message, since more is known about it. */
  extend(score: Score): void {
    const wasDone = !this.#isPlaying && this.#position > 0 && this.isAtEnd
    this.#score = score
    if (wasDone) this.#position = score.duration
    if (this.#isPlaying) this.#run()
  }

  play(): void {
    if (this.isAtEnd) this.#position = 0
    this.#isPlaying = true
    this.#run()
    this.#onMove()
  }

  pause(): void {
    this.#isPlaying = false
    this.#halt()
    this.#onMove()
  }

  restart(): void {
    this.#position = 0
    this.#isPlaying = false
    this.#halt()
    this.#onMove()
  }

  /** Moves to the next or the previous moment, and stops playback. */
  step(direction: 1 | -1): void {
    this.#isPlaying = false
    this.#halt()
    this.#position = this.#moment(direction)
    this.#onMove()
  }

  clear(): void {
    this.#halt()
    this.#isPlaying = false
    this.#position = 0
    this.#score = noScore
  }

  #moment(direction: 1 | -1): number {
    const { moments, duration } = this.#score
    return direction === 1
      ? (moments.find((moment) => moment > this.#position) ?? duration)
      : (moments.findLast((moment) => moment < this.#position) ?? 0)
  }

  /** Milliseconds of playback from `position` to the end, at normal speed. */
  #playingMs(position: number): number {
    const { moments, duration } = this.#score
    if (!this.isStepwise) return duration - position
    return new Set(moments.filter((moment) => moment > position)).size * stepEveryMs
  }

  get #speed(): number {
    return Math.max(1, this.#playingMs(0) / this.mostMs)
  }

  #run(): void {
    if (this.#cancel || this.isAtEnd) return
    if (this.isStepwise) {
      const timer = this.#clock.setTimer(() => this.#advance(this.#moment(1)), stepEveryMs / this.#speed)
      this.#cancel = () => this.#clock.clearTimer(timer)
      return
    }
    const from = this.#clock.now()
    const frame = this.#clock.requestFrame(() =>
      this.#advance(this.#position + Math.min(longestFrameMs, this.#clock.now() - from) * this.#speed),
    )
    this.#cancel = () => this.#clock.cancelFrame(frame)
  }

  #advance(position: number): void {
    this.#cancel = undefined
    this.#position = Math.min(position, this.#score.duration)
    if (this.isAtEnd) this.#restedAt = this.#clock.now()
    this.#run()
    this.#onMove()
  }

  #halt(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#restedAt = this.#clock.now()
  }
}
