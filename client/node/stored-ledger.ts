import { type LogId, type VerifiedBlock, logIdOf } from '../gossip/wire/block.ts'
import type { Hop } from '../gossip/wire/hop.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'
import type { StoredBlock } from '../gossip/wire/stored-block.ts'
import { reopenBlock, verifyBlock } from './codec/block-seal.ts'
import type { Verify } from './shared/signatures.ts'

export interface RestorableBlock {
  readonly stored: StoredBlock
  readonly block: VerifiedBlock
  readonly hops: readonly Hop[]
}

export interface StoredLedger {
  /** In the order in which they came. */
  readonly whole: readonly RestorableBlock[]
  readonly damaged: readonly StoredBlock[]
}

/**
 * What of a stored ledger may be passed on. A node is cut off for what its neighbours refuse, so what storage has
 * damaged must not reach them: a log is kept as far as its chain holds from its oldest block on, and its newest block's
 * signature is verified, which by the chain proves the bytes of all. The signatures of the others were verified when they
 * came, and are covered by the storage's checksum. It costs 0.2 ms a log with WebCrypto, 1.2 ms in JavaScript.
 */
export const checkStoredLedger = async (
  blocks: readonly StoredBlock[],
  self: PeerId,
  verify: Verify,
): Promise<StoredLedger> => {
  const chains = new Map<LogId, RestorableBlock[]>()
  for (const stored of blocks) {
    const chain = chains.get(stored.log) ?? []
    const next = open(stored, self)
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

const open = (stored: StoredBlock, self: PeerId): RestorableBlock | undefined => {
  const block = reopenBlock(stored.bytes, stored.signature, stored.arrivedAt)
  if (!block || logIdOf(block) !== stored.log || block.height !== stored.height) return undefined
  const hops = wayOf(block, stored.hops, self)
  return hops && { stored, block, hops }
}

/**
 * Every way begins with its author (L3). A block without one is this node's own; if its key was lost, it has come from
 * the node that this one was, under the same name.
 */
const wayOf = ({ author, name }: VerifiedBlock, hops: readonly Hop[], self: PeerId): readonly Hop[] | undefined => {
  const [first] = hops
  if (first) return first.name === name ? hops : undefined
  return author === self ? [] : [{ name, heldMs: 0, rttMs: 0 }]
}

/** L1. */
const continues = (head: VerifiedBlock | undefined, { height, prev, firstSeq }: VerifiedBlock): boolean =>
  !head || (height === head.height + 1 && prev === head.hash && firstSeq === head.firstSeq + head.entries.length)

/** Shortens a chain until its head's signature is good. */
const dropUnproven = async (chain: RestorableBlock[], verify: Verify): Promise<void> => {
  for (let head = chain.at(-1); head && !(await verifyBlock(verify, head.block)); head = chain.at(-1)) chain.pop()
}
