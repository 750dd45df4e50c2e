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
    const differences = difference(before.counters, counters)
    const sample = { at, overMs, rates: ratesOf(differences, overMs) }
    this.#samples = [...this.#samples, sample].slice(-maxSamples).filter((kept) => at - kept.at < keptMs)
  }

  /** Undefined while there is no sample. */
  summary(key: RateKey): RateSummary | undefined {
    const last = this.#samples.at(-1)
    if (!last) return undefined
    const minute = this.#samples.filter(({ at }) => last.at - at < minuteMs)
    const peak = this.#samples.reduce((most, { rates }) => Math.max(most, rates[key]), 0)
    return { now: last.rates[key], lastMinute: averageOf(minute)[key], peak }
  }
}

const difference = (before: Counters, after: Counters): Counters => ({
  delivered: after.delivered - before.delivered,
  bytesReceived: after.bytesReceived - before.bytesReceived,
  bytesSent: after.bytesSent - before.bytesSent,
  accepted: after.accepted - before.accepted,
  duplicates: after.duplicates - before.duplicates,
})

const ratesOf = (
  { delivered, bytesReceived, bytesSent, accepted, duplicates }: Counters,
  overMs: number,
): Readonly<Record<RateKey, number>> => {
  const perSecond = (count: number): number => (count * 1_000) / overMs
  return {
    delivered: perSecond(delivered),
    bytesIn: perSecond(bytesReceived),
    bytesOut: perSecond(bytesSent),
    accepted: perSecond(accepted),
    duplicates: perSecond(duplicates),
    duplicateShare: shareOf(duplicates, accepted),
  }
}

/** The share of duplicates among all blocks that came, from 0 to 1; 0 if none came. */
const shareOf = (duplicates: number, accepted: number): number =>
  duplicates === 0 ? 0 : duplicates / (duplicates + accepted)

/** Averages over the whole time that the samples cover: each sample counts by its duration. */
const averageOf = (samples: readonly RateSample[]): Readonly<Record<RateKey, number>> => {
  const overMs = samples.reduce((sum, sample) => sum + sample.overMs, 0)
  const total = (key: RateKey): number => samples.reduce((sum, sample) => sum + sample.rates[key] * sample.overMs, 0)
  const average = (key: RateKey): number => (overMs > 0 ? total(key) / overMs : 0)
  return {
    delivered: average('delivered'),
    bytesIn: average('bytesIn'),
    bytesOut: average('bytesOut'),
    accepted: average('accepted'),
    duplicates: average('duplicates'),
    duplicateShare: shareOf(total('duplicates'), total('accepted')),
  }
}
