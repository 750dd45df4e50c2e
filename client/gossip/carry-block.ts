import type { CarriedBlock } from './envelope.ts'
import { wholeMs } from './hop.ts'
import type { GossipLimits } from './limits.ts'
import type { HeldBlock, Log } from './log.ts'

/** A held block as it goes on to a neighbour, with the way it came and how long it was held here. */
export const carryBlock = (
  { block: { bytes, signature, height }, hops, arrivedAt }: HeldBlock,
  { model }: Log,
  { maxPathNames }: GossipLimits,
  now: number,
): CarriedBlock => ({
  bytes,
  signature,
  // The receiver appends the name of the link it comes by, so a hop can't be left out by the one who made it.
  hops: hops.slice(0, maxPathNames - 2),
  heldMs: wholeMs(now - arrivedAt),
  // Of use only where the log is new.
  model: height === 1 ? model : undefined,
})
