import type { DrawingClock } from '../../client/ui/shared/frame-scheduler.ts'

/** A clock that a test advances by hand; one frame is 16 ms. */
export class HandClock implements DrawingClock {
  time = 0
  /** False while the page is hidden: no frames come, only timers. */
  hasFrames = true
  readonly #frames = new Map<number, () => void>()
  readonly #timers = new Map<number, { readonly work: () => void; readonly at: number }>()
  #lastId = 0

  readonly now = (): number => this.time

  readonly afterDrawing = (work: () => void): void => work()

  /** Whether no frame and no timer is pending. */
  get isIdle(): boolean {
    return this.#frames.size + this.#timers.size === 0
  }

  requestFrame(work: () => void): number {
    this.#lastId += 1
    if (this.hasFrames) this.#frames.set(this.#lastId, work)
    return this.#lastId
  }

  cancelFrame(id: number): void {
    this.#frames.delete(id)
  }

  setTimer(work: () => void, ms: number): number {
    this.#lastId += 1
    this.#timers.set(this.#lastId, { work, at: this.time + ms })
    return this.#lastId
  }

  clearTimer(id: number): void {
    this.#timers.delete(id)
  }

  turn(ms: number, frameMs = 16): void {
    const end = this.time + ms
    while (this.time < end) {
      this.time += frameMs
      // Work that is requested during this frame waits for the next frame; cancelled work does not run.
      const frames = [...this.#frames.keys()]
      const timers = [...this.#timers].filter(([, { at }]) => at <= this.time)
      for (const id of frames) {
        const work = this.#frames.get(id)
        this.#frames.delete(id)
        work?.()
      }
      for (const [id] of timers) {
        const timer = this.#timers.get(id)
        this.#timers.delete(id)
        timer?.work()
      }
    }
  }
}
