import type { FrameClock } from '../../shared/frame-scheduler.ts'

/** What is played: its length in milliseconds, and the moments at which a step ends, in order. */
export interface Score {
  readonly duration: number
  readonly moments: readonly number[]
}

/** Milliseconds that one frame may carry it on: after a stall it goes on from where it was, and leaves nothing out. */
const longestFrameMs = 100

/** Milliseconds between two steps where nothing may move; fewer where that would take longer than it may. */
const stepEveryMs = 900

const noScore: Score = { duration: 0, moments: [] }

/**
 * A position that runs along a score: played, paused, stepped.
 * 1. Nothing is asked of the clock unless it plays and is not at the end.
 * 2. A score that grows while it plays, or after it came to its end playing, goes on.
 * 3. With `isStepwise` (a reader who wants no motion) playing goes from moment to moment, and never between two.
 * 4. A score that takes longer than `mostMs` is played faster, all of it alike.
 */
export class TracePlayer {
  isStepwise = false
  /** Milliseconds that the whole may take on the screen. */
  mostMs = Number.POSITIVE_INFINITY
  readonly #clock: FrameClock
  readonly #now: () => number
  readonly #onMove: () => void
  #score: Score = noScore
  #position = 0
  #isPlaying = false
  #restedAt = 0
  #cancel: (() => void) | undefined

  constructor(clock: FrameClock, now: () => number, onMove: () => void) {
    this.#clock = clock
    this.#now = now
    this.#onMove = onMove
  }

  get position(): number {
    return this.#position
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#score.duration
  }

  /** Whether it moves, or would if the score were longer. */
  get isPlaying(): boolean {
    return this.#isPlaying
  }

  /** When, by the clock, it comes to rest if nothing stalls it; or when it did. */
  get restsAt(): number {
    if (!this.#isPlaying || this.isAtEnd) return this.#restedAt
    return this.#now() + this.#playingMs(this.#position) / this.#speed
  }

  /** From the beginning. */
  start(score: Score): void {
    this.#halt()
    this.#score = score
    this.#position = 0
    this.#isPlaying = true
    this.#run()
  }

  /** More is known of the same thing. */
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

  /** To the next moment, or the one before; stops playing. */
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

  /** Milliseconds from there to the end, at its own speed. */
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
    const from = this.#now()
    const frame = this.#clock.requestFrame(() =>
      this.#advance(this.#position + Math.min(longestFrameMs, this.#now() - from) * this.#speed),
    )
    this.#cancel = () => this.#clock.cancelFrame(frame)
  }

  #advance(position: number): void {
    this.#cancel = undefined
    this.#position = Math.min(position, this.#score.duration)
    if (this.isAtEnd) this.#restedAt = this.#now()
    this.#run()
    this.#onMove()
  }

  #halt(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#restedAt = this.#now()
  }
}
