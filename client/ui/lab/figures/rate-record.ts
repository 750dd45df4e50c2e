import type { NodeStats } from '../../../node/api/grapevine.ts'

/** Milliseconds between two samples, and milliseconds for which a sample is kept. */
export const sampleEveryMs = 1_000
export const keptMs = 300_000
/** Milliseconds that the figure "last minute" covers. */
const minuteMs = 60_000
const maxSamples = keptMs / sampleEveryMs

/** The figures; each is a rate per second, except `duplicateShare`, which runs from 0 to 1. */
export type RateKey = 'delivered' | 'bytesIn' | 'bytesOut' | 'accepted' | 'duplicates' | 'duplicateShare'

export interface RateSample {
  /** Milliseconds on the caller's clock. */
  readonly at: number
  /** Milliseconds since the previous sample: the rates of a hidden or stalled tab are averages over a longer time. */
  readonly overMs: number
  readonly rates: Readonly<Record<RateKey, number>>
}

export interface RateSummary {
  readonly now: number
  readonly lastMinute: number
  readonly peak: number
}

type Counters = Pick<NodeStats, 'delivered' | 'bytesReceived' | 'bytesSent' | 'accepted' | 'duplicates'>

/** Computes rates from the differences of a node's counters, and keeps them for five minutes. */
export class RateRecord {
  #before: { readonly at: number; readonly counters: Counters } | undefined
  #samples: readonly RateSample[] = []

  /** The oldest sample first. Each new sample creates a new array. */
  get samples(): readonly RateSample[] {
    return this.#samples
  }

  /** `at`: milliseconds on a clock that never runs backwards. The first call only stores the counters. */
  sample(at: number, { delivered, bytesReceived, bytesSent, accepted, duplicates }: Counters): void {
    const counters = { delivered, bytesReceived, bytesSent, accepted, duplicates }
    const before = this.#before
    if (before && at <= before.at) return
    this.#before = { at, counters }
    if (!before) return
    const overMs = at - before.at
    const sample = { at, overMs, rates: ratesBetween(before.counters, counters, overMs) }
    this.#samples = [...this.#samples, sample].slice(-maxSamples).filter((kept) => at - kept.at < keptMs)
  }

  /** Undefined while there is no sample. */
  summary(key: RateKey): RateSummary | undefined {
    const last = this.#samples.at(-1)
    if (!last) return undefined
    const minute = this.#samples.filter(({ at }) => last.at - at < minuteMs)
    const peak = this.#samples.reduce((most, { rates }) => Math.max(most, rates[key]), 0)
    return { now: last.rates[key], lastMinute: averageOf(minute, key), peak }
  }
}

const ratesBetween = (before: Counters, after: Counters, overMs: number): RateSample['rates'] => {
  const grown = (key: keyof Counters): number => after[key] - before[key]
  const perSecond = (key: keyof Counters): number => (grown(key) * 1_000) / overMs
  return {
    delivered: perSecond('delivered'),
    bytesIn: perSecond('bytesReceived'),
    bytesOut: perSecond('bytesSent'),
    accepted: perSecond('accepted'),
    duplicates: perSecond('duplicates'),
    duplicateShare: shareOf(grown('duplicates'), grown('accepted')),
  }
}

/** The share of duplicates among all blocks that came, from 0 to 1; 0 if none came. */
const shareOf = (duplicates: number, accepted: number): number =>
  duplicates === 0 ? 0 : duplicates / (duplicates + accepted)

/** The average over the whole time that the samples cover: each sample counts by its duration. */
const averageOf = (samples: readonly RateSample[], key: RateKey): number => {
  const total = (each: RateKey): number => samples.reduce((sum, { rates, overMs }) => sum + rates[each] * overMs, 0)
  if (key === 'duplicateShare') return shareOf(total('duplicates'), total('accepted'))
  const overMs = samples.reduce((sum, sample) => sum + sample.overMs, 0)
  return overMs > 0 ? total(key) / overMs : 0
}
