/** The quantiles that Maelstrom's broadcast checker prints. */
const quantilePoints = [0, 0.5, 0.95, 0.99, 1] as const

/** Keyed by the point, such as `"0.95"`. Empty if nothing was measured. */
export type Quantiles = Readonly<Record<string, number>>

/** Like Jepsen's `frequency-distribution`: the sorted value at the index `floor(count × point)`. */
export const quantilesOf = (values: readonly number[]): Quantiles => {
  const sorted = Float64Array.from(values).sort()
  return quantilesAt(sorted.length, (place) => sorted[place] ?? 0)
}

const quantilesAt = (count: number, valueAt: (place: number) => number): Quantiles => {
  if (count === 0) return {}
  return Object.fromEntries(
    quantilePoints.map((point) => [String(point), valueAt(Math.min(count - 1, Math.floor(count * point)))]),
  )
}

/** Buckets per millisecond. */
const resolution = 10

/** Counts durations to a tenth of a millisecond, in space that does not grow with their number. */
export class DurationCounts {
  #counts = new Float64Array(16_384)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(durationMs: number): void {
    const bucket = Math.round(durationMs * resolution)
    if (bucket >= this.#counts.length) {
      const counts = new Float64Array(Math.max(2 * this.#counts.length, bucket + 1))
      counts.set(this.#counts)
      this.#counts = counts
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#size += 1
  }

  quantiles(): Quantiles {
    return quantilesAt(this.#size, (place) => this.#valueAt(place))
  }

  #valueAt(place: number): number {
    let before = 0
    for (const [bucket, count] of this.#counts.entries()) {
      before += count
      if (before > place) return bucket / resolution
    }
    return 0
  }
}
