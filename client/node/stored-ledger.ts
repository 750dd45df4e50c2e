import { type LogId, type VerifiedBlock, logIdOf } from '../gossip/wire/block.ts'
import type { Hop } from '../gossip/wire/hop.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import { blockMessage, parseBlock } from '../gossip/codec/signed-block.ts'
import type { Verify } from './shared/signatures.ts'

export interface RestorableBlock {
  readonly stored: StoredBlock
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
}

export interface StoredLedger {
  /** In the order of their arrival. */
  readonly whole: readonly RestorableBlock[]
  readonly damaged: readonly StoredBlock[]
}

/**
 * Finds the blocks that storage has damaged. They must not reach the neighbours, which would cut this node off for them.
 * A log is whole from its oldest block as far as its chain holds. The signature of the newest block is verified: by the
 * chain it proves the bytes of all blocks below. Their own signatures were verified on arrival, and are covered by the
 * checksum in storage. Costs 0.2 ms a log with WebCrypto, 1.2 ms in JavaScript.
 */
export const checkStoredLedger = async (
  blocks: readonly StoredBlock[],
  self: PeerId,
  verify: Verify,
): Promise<StoredLedger> => {
  const chains = new Map<LogId, RestorableBlock[]>()
  for (const stored of blocks) {
    const chain = chains.get(stored.log) ?? []
    const next = parse(stored, self)
    if (!next || !continues(chain.at(-1)?.block, next.block)) continue
    chain.push(next)
    chains.set(stored.log, chain)
  }
  await Promise.all([...chains.values()].map((chain) => dropUnproven(chain, verify)))
  const wholeOf = new Map([...chains.values()].flat().map((restorable) => [restorable.stored, restorable]))
  return {
    whole: blocks.flatMap((stored) => wholeOf.get(stored) ?? []),
    damaged: blocks.filter((stored) => !wholeOf.has(stored)),
  }
}

const parse = (stored: StoredBlock, self: PeerId): RestorableBlock | undefined => {
  // Storage holds only verified blocks. This checks hash and shape; `dropUnproven` verifies the head's signature.
  const block = parseBlock(stored, stored.arrivedAt) as VerifiedBlock | undefined
  if (!block || logIdOf(block) !== stored.log || block.height !== stored.height) return undefined
  const hops = pathOf(block, stored.hops, self)
  return hops && { stored, block, hops }
}

/**
 * Every path begins with the author (L3). A block without hops is this node's own. If its author is another key, this
 * node's earlier key was lost: then the block has come from a node of the same name.
 */
const pathOf = ({ author, name }: VerifiedBlock, hops: readonly Hop[], self: PeerId): readonly Hop[] | undefined => {
  const [first] = hops
  if (first) return first.name === name ? hops : undefined
  return author === self ? [] : [{ name, heldMs: 0, rttMs: 0 }]
}

/** Rule L1. */
const continues = (head: VerifiedBlock | undefined, { height, prev, firstSeq }: VerifiedBlock): boolean =>
  !head || (height === head.height + 1 && prev === head.hash && firstSeq === head.firstSeq + head.entries.length)

/** Shortens a chain until the signature of its head verifies. */
const dropUnproven = async (chain: RestorableBlock[], verify: Verify): Promise<void> => {
  for (let head = chain.at(-1)?.block; head; head = chain.at(-1)?.block) {
    if (await verify(head.author, blockMessage(head.bytes), head.signature)) return
    chain.pop()
  }
}
