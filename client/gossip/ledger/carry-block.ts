import { type CarriedBlock, carriedBytes } from '../wire/envelope.ts'
import { cutPath, wholeMs } from '../wire/hop.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Ledger } from './ledger.ts'
import type { HeldBlock } from './held-block.ts'
import type { Log } from './log.ts'

/**
 * A held block for a neighbour, with its path and the time for which this node held it. Of a wait without neighbours at
 * most `maxCountedWaitMs` counts: a trace shows it, and it does not make the log old (R2).
 */
const carryBlock = (
  held: HeldBlock,
  { model }: Pick<Log, 'model'>,
  ledger: Pick<Ledger, 'heldMs'>,
  { maxPathNames, maxCountedWaitMs }: GossipLimits,
  now: number,
): CarriedBlock => {
  const { bytes, signature, height } = held.block
  return {
    bytes,
    signature,
    // The receiver appends the name of this link, so no node can leave itself out of the path.
    hops: cutPath(held.hops, maxPathNames - 2),
    heldMs: wholeMs(Math.min(now - held.arrivedAt, ledger.heldMs(held) + maxCountedWaitMs)),
    // Only a receiver to which the log is new needs it.
    model: height === 1 ? model : undefined,
  }
}

/** Consecutive held blocks as one run. The last one has a signature, which covers the others. */
export const carryRun = (
  run: readonly HeldBlock[],
  log: Pick<Log, 'model'>,
  ledger: Pick<Ledger, 'heldMs'>,
  limits: GossipLimits,
  now: number,
): readonly CarriedBlock[] => {
  const carried = run.map((held, index) => {
    const whole = carryBlock(held, log, ledger, limits, now)
    return index < run.length - 1 ? { ...whole, signature: undefined } : whole
  })
  return runBytes(carried) > limits.maxFrameBytes ? carried.map(withShortPath) : carried
}

export const runBytes = (run: readonly CarriedBlock[]): number =>
  run.reduce((sum, carried) => sum + carriedBytes(carried), 0)

/** A path of the author alone, with the time of all nodes of the whole path, so that the block is no younger for it. */
const withShortPath = (carried: CarriedBlock): CarriedBlock => {
  const [author] = carried.hops
  if (!author) return carried
  const heldMs = wholeMs(carried.hops.reduce((sum, hop) => sum + hop.heldMs, 0))
  return { ...carried, hops: [{ ...author, heldMs }] }
}
