import { type VerifiedBlock, entriesOf } from '../wire/block.ts'
import type { Entry } from '../wire/entry.ts'
import type { Hop } from '../wire/hop.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'

export interface HeldBlock {
  readonly block: VerifiedBlock
  /** The path to here: the author first, without this node; empty for this node's own block. */
  readonly hops: readonly Hop[]
  /** The neighbour that pushed the first copy; undefined if the block was requested, restored or is this node's own. */
  readonly pushedBy: PeerId | undefined
  /** In the core's `now`. A carried block says how long ago that was. */
  readonly arrivedAt: number
  /** The moment of arrival in network time (rule R2). */
  readonly networkMs: number
  /** What the block delivers: the first part of a large body delivers all of it, once all parts are held. */
  readonly entries: readonly Entry[]
}

export const holdBlock = (
  block: VerifiedBlock,
  hops: readonly Hop[],
  self: NodeName,
  arrival: Pick<HeldBlock, 'pushedBy' | 'arrivedAt' | 'networkMs'>,
): HeldBlock => {
  // The path of an entry ends with this node.
  const entries = entriesOf(block, hops.map((hop) => hop.name).concat(self))
  return { block, hops, ...arrival, entries }
}
