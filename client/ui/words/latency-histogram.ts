import type { Hop } from '../../gossip/wire/hop.ts'

/**
 * Estimates the milliseconds from the creation of an entry to its arrival here. Each node on the path measured two
 * durations itself: how long it held the entry, and the round trip of the next link, of which half counts. The estimate
 * trusts no clock, but is only correct if every relay is honest.
 */
export const estimateLatencyMs = (route: readonly Hop[]): number =>
  route.reduce((sum, { heldMs, rttMs }) => sum + heldMs + rttMs / 2, 0)

export const histogramLimits = {
  /** The maximum number of crossed links: a path has at most 64 names. Longer paths count as the longest. */
  pathLengths: 64,
  /** A latency below this counts as 0: the wire has whole milliseconds, so half a round trip is at least 0.5 ms. */
  leastMs: 0.5,
  /** The factor between the widths of neighbouring buckets. The result is the middle of a bucket, at most 4 % off. */
  ratio: 1.08,
  /** With fewer messages, the median would be just one of them, and p99 just the slowest. */
  leastForMedian: 5,
  leastForP99: 100,
  /** One bucket for 0, the others up to 0.5 ms × 1.08^300 = 62 days; the last also counts all longer latencies. */
  buckets: 301,
} as const

const { pathLengths, leastMs, ratio, buckets, leastForMedian, leastForP99 } = histogramLimits

export interface LatencyRow {
  /** Links crossed, 1 to 64. */
  readonly pathLength: number
  readonly count: number
  readonly leastMs: number
  readonly mostMs: number
  /** The median and p99 are undefined while there are too few messages for them. */
  readonly medianMs: number | undefined
  readonly p99Ms: number | undefined
}

/**
 * Latencies by path length, with a histogram of fixed size for each length that occurs: 1.2 KB each, 77 KB in all,
 * however many messages come and whatever latencies they claim.
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

  /** One row for each path length that occurred, the shortest first. */
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

/** The smallest value that at least the given share of all values does not exceed (nearest rank). */
const quantile = (counts: Uint32Array, count: number, share: number): number => {
  const rank = Math.max(1, Math.ceil(count * share))
  let seen = 0
  for (const [bucket, each] of counts.entries()) {
    seen += each
    if (seen >= rank) return valueOf(bucket)
  }
  return 0
}
