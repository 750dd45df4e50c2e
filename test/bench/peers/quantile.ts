/**
 * Milliseconds to which browsers round the clock of a page. Chromium rounds up or down at a random threshold, so that the
 * mean of many values is right.
 */
const clockStepMs = 0.1

/**
 * The value at this share of the sorted values. The clock of a page has steps, so many values are equal: they count as
 * spread evenly over their step, as for grouped data. NaN if there is no value.
 */
export const quantile = (values: readonly number[], point: number): number => {
  const steps = values.map((value) => Math.round(value / clockStepMs)).sort((one, other) => one - other)
  const place = point * steps.length
  const step = steps[Math.min(steps.length - 1, Math.floor(place))]
  if (step === undefined) return Number.NaN
  const below = steps.indexOf(step)
  const equal = steps.lastIndexOf(step) + 1 - below
  return Math.max(0, step + (place - below) / equal - 0.5) * clockStepMs
}
