import { gossipLimits } from '../bounds/limits.ts'
import { isCount } from './integers.ts'

/**
 * Which part of a large body an entry carries. The encoded body is cut every `maxBodyBytes` bytes. Its parts are consecutive
 * entries of a log, and each has a block of its own.
 */
export interface BodyPart {
  /** 0, 1, 2 … */
  readonly index: number
  /** Bytes of the whole encoded body. */
  readonly total: number
}

export const partCount = ({ total }: Pick<BodyPart, 'total'>): number => Math.ceil(total / gossipLimits.maxBodyBytes)

/** How many bytes a part carries: `maxBodyBytes`, or the rest. */
export const partBytes = ({ index, total }: BodyPart): number =>
  Math.min(gossipLimits.maxBodyBytes, total - index * gossipLimits.maxBodyBytes)

/** A body has two parts at least. */
export const parsePart = (value: unknown): BodyPart | undefined => {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [index, total] = value as unknown[]
  if (!isCount(index) || !isCount(total)) return undefined
  const { maxBodyBytes, maxLargeBodyBytes } = gossipLimits
  return total > maxBodyBytes && total <= maxLargeBodyBytes && index < partCount({ total })
    ? { index, total }
    : undefined
}
