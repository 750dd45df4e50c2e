import type { GossipLimits } from '../bounds/limits.ts'

/** The round trip of a link by its latest answered heartbeats. Milliseconds. */
export interface RoundTripFigures {
  /** The latest round trip that did not wait in this tab; if all did, the latest. */
  readonly latestMs: number
  /** Minimum and maximum of the round trips that did not wait in this tab; if all waited, of all. */
  readonly leastMs: number
  readonly mostMs: number
  /** How many round trips count. */
  readonly count: number
  /** The latest answer waited in this tab, which was busy. It counts only if there is no better one. */
  readonly isBusy: boolean
}

/** How far this node itself delayed the reading of a frame. */
export interface FrameArrival {
  /** Milliseconds for which the frame waited until earlier frames were read. */
  readonly waitedMs: number
  /** Milliseconds by which this tab ran late when it saw the frame: the frame may have come that much earlier. */
  readonly lateMs: number
}

interface Sample {
  readonly ms: number
  readonly isLate: boolean
}

/**
 * The latest round trips of a link. An average over half a minute would show a busy start as a slow line. So the figures
 * are the latest one and the spread of the last few. Those that waited in this tab count only while there are no others.
 */
export class RoundTrips {
  readonly #limits: GossipLimits
  /** At most `roundTripSamples`, the oldest first. */
  #samples: readonly Sample[] = []
  #typicalMs: number | undefined

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  add(ms: number, lateMs: number): void {
    const sample = { ms, isLate: lateMs >= this.#limits.lateSampleMs }
    this.#samples = [...this.#samples, sample].slice(-this.#limits.roundTripSamples)
    const sorted = [...this.#counted].sort((one, other) => one - other)
    this.#typicalMs = sorted[Math.floor((sorted.length - 1) / 2)]
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

  /** The median, which one slow answer does not change. Estimates of a message's travel time use it, for each block. */
  get typicalMs(): number | undefined {
    return this.#typicalMs
  }

  get #counted(): readonly number[] {
    const undelayed = this.#samples.filter(({ isLate }) => !isLate)
    return (undelayed.length > 0 ? undelayed : this.#samples).map(({ ms }) => ms)
  }
}
