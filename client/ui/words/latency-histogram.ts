import type { Hop } from '../../gossip/wire/hop.ts'

/**
 * Milliseconds from the making of an entry to its arrival here, by durations that each node on the way measured itself:
 * how long it was held, and half the round trip of the link that it then took. An estimate that trusts no clock; it is
 * as true as every relay is honest.
 */
export const estimateLatencyMs = (route: readonly Hop[]): number =>
  route.reduce((sum, { heldMs, rttMs }) => sum + heldMs + rttMs / 2, 0)

export const histogramLimits = {
  /** Links that an entry has crossed; a way has at most 64 names. Longer ones count with the last. */
  pathLengths: 64,
  /** Below it a latency counts as 0: durations travel in whole milliseconds, and half a round trip is the least. */
  leastMs: 0.5,
  /** Each bucket is so much wider than the one before; its middle is given, at most 4 % off what fell into it. */
  ratio: 1.08,
  /** Messages from which on the median is more than one of them, and p99 more than the slowest. */
  leastForMedian: 5,
  leastForP99: 100,
  /** One bucket for 0, then up to 0.5 ms × 1.08^300 = 62 days; what is above counts with the last. */
  buckets: 301,
} as const

const { pathLengths, leastMs, ratio, buckets, leastForMedian, leastForP99 } = histogramLimits

export interface LatencyRow {
  /** Links crossed, 1 to 64. */
  readonly pathLength: number
  readonly count: number
  readonly leastMs: number
  readonly mostMs: number
  /** Undefined while there are fewer messages than a median, or a p99, says anything of. */
  readonly medianMs: number | undefined
  readonly p99Ms: number | undefined
}

/**
 * Latencies by path length, in a fixed histogram for each length that occurs: 1.2 KB each, 77 KB in all, however many
 * messages come and whatever they claim.
 */
export class LatencyHistogram {
  readonly #counts = new Map<number, Uint32Array>()

  add(pathLength: number, latencyMs: number): void {
    if (pathLength < 1) return
    const length = Math.min(pathLength, pathLengths)
    const counts = this.#counts.get(length) ?? new Uint32Array(buckets)
    this.#counts.set(length, counts)
    const bucket = bucketOf(latencyMs)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }

  /** One for each path length that occurred, the shortest first. */
  rows(): readonly LatencyRow[] {
    return [...this.#counts]
      .sort(([one], [other]) => one - other)
      .map(([pathLength, counts]) => {
        const count = counts.reduce((sum, each) => sum + each, 0)
        return {
          pathLength,
          count,
          leastMs: quantile(counts, count, 0),
          mostMs: quantile(counts, count, 1),
          medianMs: count < leastForMedian ? undefined : quantile(counts, count, 0.5),
          p99Ms: count < leastForP99 ? undefined : quantile(counts, count, 0.99),
        }
      })
  }
}

const bucketOf = (ms: number): number => {
  if (!(ms >= leastMs)) return 0
  return Math.min(buckets - 1, 1 + Math.floor(Math.log(ms / leastMs) / Math.log(ratio)))
}

/** The geometric middle of a bucket. */
const valueOf = (bucket: number): number => (bucket === 0 ? 0 : leastMs * ratio ** (bucket - 0.5))

/** The smallest value that at least that share of all does not exceed (nearest rank). */
const quantile = (counts: Uint32Array, count: number, share: number): number => {
  const rank = Math.max(1, Math.ceil(count * share))
  let seen = 0
  for (const [bucket, each] of counts.entries()) {
    seen += each
    if (seen >= rank) return valueOf(bucket)
  }
  return 0
}
