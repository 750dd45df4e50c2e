import type { GossipLimits } from '../bounds/limits.ts'

/** What the latest answered heartbeats of a link say of its round trip. Milliseconds. */
export interface RoundTripFigures {
  /** The latest one that did not wait in this tab; where all did, the latest. */
  readonly latestMs: number
  /** Least and most of those that did not wait in this tab; where all did, of all. */
  readonly leastMs: number
  readonly mostMs: number
  /** How many those are. */
  readonly count: number
  /** The latest answer waited in this tab, which was busy: that one is not counted, unless there is no other. */
  readonly isBusy: boolean
}

/** When a frame came, as far as this node itself delayed its reading. */
export interface FrameArrival {
  /** Milliseconds that the frame has waited for frames before it to be read. */
  readonly waitedMs: number
  /** Milliseconds by which this tab ran late when the frame came: it may have come as much earlier. */
  readonly lateMs: number
}

interface Sample {
  readonly ms: number
  readonly isLate: boolean
}

/**
 * The latest round trips of a link. Half a minute smoothed would show a busy start as a slow line: so the latest is given,
 * and how far the last few lie apart; what waited in this tab counts only as long as there is nothing better.
 */
export class RoundTrips {
  readonly #limits: GossipLimits
  /** The oldest first, at most `roundTripSamples`. */
  #samples: readonly Sample[] = []

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  add(ms: number, lateMs: number): void {
    const sample = { ms, isLate: lateMs >= this.#limits.lateSampleMs }
    this.#samples = [...this.#samples, sample].slice(-this.#limits.roundTripSamples)
  }

  /** Undefined until the first answer. */
  get figures(): RoundTripFigures | undefined {
    const counted = this.#counted
    const latest = counted.at(-1)
    if (latest === undefined) return undefined
    const [leastMs, mostMs] = [Math.min(...counted), Math.max(...counted)]
    const isBusy = this.#samples.at(-1)?.isLate ?? false
    return { latestMs: latest, leastMs, mostMs, count: counted.length, isBusy }
  }

  get latestMs(): number | undefined {
    return this.#counted.at(-1)
  }

  /** The median: what a single slow answer of the other side does not swing, for estimates of a message's time. */
  get typicalMs(): number | undefined {
    const sorted = [...this.#counted].sort((one, other) => one - other)
    return sorted[Math.floor((sorted.length - 1) / 2)]
  }

  get #counted(): readonly number[] {
    const undelayed = this.#samples.filter(({ isLate }) => !isLate)
    return (undelayed.length > 0 ? undelayed : this.#samples).map(({ ms }) => ms)
  }
}
