/** What a tab has received of one run. */
export interface ArrivalsReport {
  readonly count: number
  /** Milliseconds from sending to arrival of each message, on the clock that the tabs of one browser share. */
  readonly delays: readonly number[]
  /** Messages per second after the warm-up; 0 if none came after it. */
  readonly perSecond: number
}

/** Milliseconds after the first message of a flood that do not count: buffers fill, and code is compiled. */
const warmUpMs = 400

/** Delays that are kept: a flood has more messages, and its delays say only how full the buffers are. */
const keptDelays = 1_000

/** Counts the messages of one run as they arrive. */
export class Arrivals {
  #count = 0
  readonly #delays: number[] = []
  #firstAt = 0
  #warmAt: number | undefined
  #warmCount = 0
  #lastAt = 0

  get count(): number {
    return this.#count
  }

  /** Both times in milliseconds since 1970. */
  add(sentAt: number, arrivedAt: number): void {
    if (this.#count === 0) this.#firstAt = arrivedAt
    this.#count += 1
    this.#lastAt = arrivedAt
    if (this.#delays.length < keptDelays) this.#delays.push(arrivedAt - sentAt)
    if (this.#warmAt === undefined && arrivedAt - this.#firstAt >= warmUpMs) {
      this.#warmAt = arrivedAt
      this.#warmCount = this.#count
    }
  }

  report(): ArrivalsReport {
    const measuredMs = this.#warmAt === undefined ? 0 : this.#lastAt - this.#warmAt
    const perSecond = measuredMs > 0 ? ((this.#count - this.#warmCount) * 1_000) / measuredMs : 0
    return { count: this.#count, delays: this.#delays, perSecond }
  }
}
