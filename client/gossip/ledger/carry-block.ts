import type { CarriedBlock } from '../wire/envelope.ts'
import { wholeMs } from '../wire/hop.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Ledger } from './ledger.ts'
import type { HeldBlock, Log } from './log.ts'

/**
 * A held block for a neighbour, with its path and the time for which this node held it. Of a wait without neighbours at
 * most `maxCountedWaitMs` counts: a trace shows it, and it does not make the log old (R2).
 */
export const carryBlock = (
  held: HeldBlock,
  { model }: Log,
  ledger: Pick<Ledger, 'heldMs'>,
  { maxPathNames, maxCountedWaitMs }: GossipLimits,
  now: number,
): CarriedBlock => {
  const { bytes, signature, height } = held.block
  return {
    bytes,
    signature,
    // The receiver appends the name of this link, so no node can leave itself out of the path.
    hops: held.hops.slice(0, maxPathNames - 2),
    heldMs: wholeMs(Math.min(now - held.arrivedAt, ledger.heldMs(held) + maxCountedWaitMs)),
    // Only a receiver to which the log is new needs it.
    model: height === 1 ? model : undefined,
  }
}
