import { type Block, isNext } from '../wire/block.ts'
import type { CarriedBlock } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Codec } from './codec.ts'

/** Undefined: one of them is no block, together they are no chain, or they are too large for a next hop (G2). */
export const parseRun = (
  codec: Pick<Codec, 'parseBlock'>,
  { maxRunBytes }: GossipLimits,
  carried: readonly CarriedBlock[],
  receivedAt?: number,
): readonly Block[] | undefined => {
  const run: Block[] = []
  let bytes = 0
  for (const one of carried) {
    const block = codec.parseBlock(one, receivedAt)
    const last = run.at(-1)
    bytes += one.bytes.length
    if (!block || (last && (!isNext(last, block) || bytes > maxRunBytes))) return undefined
    run.push(block)
  }
  return run
}

/** Whether two runs prove a fork, if their signatures are valid. */
export const isFork = ([one]: readonly Block[], [other]: readonly Block[]): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.log === other.log &&
  one.height === other.height &&
  one.hash !== other.hash
