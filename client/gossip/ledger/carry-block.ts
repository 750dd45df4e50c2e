import type { CarriedBlock } from '../wire/envelope.ts'
import { wholeMs } from '../wire/hop.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Ledger } from './ledger.ts'
import type { HeldBlock, Log } from './log.ts'

/**
 * A held block as it goes on to a neighbour, with the way it came and how long it was held here. A wait outside a network
 * counts up to `waitToldMs`: a trace shows it, and it does not make the log old (R2).
 */
export const carryBlock = (
  held: HeldBlock,
  { model }: Log,
  ledger: Pick<Ledger, 'heldMs'>,
  { maxPathNames, waitToldMs }: GossipLimits,
  now: number,
): CarriedBlock => {
  const { bytes, signature, height } = held.block
  return {
    bytes,
    signature,
    // The receiver appends the name of the link it comes by, so a hop can't be left out by the one who made it.
    hops: held.hops.slice(0, maxPathNames - 2),
    heldMs: wholeMs(Math.min(now - held.arrivedAt, ledger.heldMs(held) + waitToldMs)),
    // Of use only where the log is new.
    model: height === 1 ? model : undefined,
  }
}
