export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** Numbers of things that are counted from 1: heights, sequence numbers, serials. */
export const isPositive = (value: unknown): value is number => isCount(value) && value > 0
