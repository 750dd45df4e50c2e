import type { GossipLimits } from '../bounds/limits.ts'
import type { Ledger } from './ledger.ts'
import type { Log } from './log.ts'

/** Whether blocks below this height of a log, at which a part of it begins, may be added. */
export const mayGrowBelow = ({ isTrimmed }: Log, height: number, { hasRoom }: Pick<Ledger, 'hasRoom'>): boolean =>
  height > 1 && (!isTrimmed || hasRoom)

/**
 * Whether a part that ends at this height may be added apart from the others. Of too many parts the lowest goes. A new head always
 * may: heads only rise, so eviction and requests do not alternate.
 */
export const mayGrowApart = (
  log: Log,
  height: number,
  ledger: Pick<Ledger, 'hasRoom'>,
  { maxLogParts }: Pick<GossipLimits, 'maxLogParts'>,
): boolean => {
  const { lower } = log.parts
  const isFull = lower.length + 1 >= maxLogParts
  const mayGrow = height > log.height || mayGrowBelow(log, height + 1, ledger)
  return mayGrow && (!isFull || height > (lower[0]?.height ?? Infinity))
}
