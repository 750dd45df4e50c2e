import { type LogId, parseLogId } from '../gossip/wire/block.ts'
import type { HeldBlock } from '../gossip/ledger/held-block.ts'
import type { GossipCore } from '../gossip/core.ts'
import type { EntryRef, ReceiptsSnapshot } from './api/grapevine.ts'

/** The log of an entry: the API names entries, the core names logs and heights. */
export const logOfEntry = ({ peerId, epoch }: EntryRef): LogId | undefined => parseLogId(`${peerId}/${epoch}`)

/**
 * The block that holds the entry. Called for every entry that arrives, so the id is not parsed: no log is held under an
 * invalid one.
 */
export const heldWith = (core: GossipCore, { peerId, epoch, seq }: EntryRef): HeldBlock | undefined =>
  core.find(`${peerId}/${epoch}` as LogId, seq)

export const receiptsOf = (core: GossipCore, entry: EntryRef): ReceiptsSnapshot => {
  const held = heldWith(core, entry)
  if (!held) return noReceipts
  const known = core.receipts(held.block.log, held.block.height)
  const receipts = known.receipts.map(({ author, name, hops, copies }) => ({ name, peerId: author, hops, copies }))
  return { isAsked: known.askedSeqs.has(entry.seq), receipts }
}

export const noReceipts: ReceiptsSnapshot = { isAsked: false, receipts: [] }

/** The entries of one block for which this node has requested receipts. */
export const askedEntries = (core: GossipCore, log: LogId, height: number): readonly EntryRef[] => {
  const [peerId, epoch] = log.split('/')
  if (peerId === undefined || epoch === undefined) return []
  return [...core.receipts(log, height).askedSeqs].map((seq) => ({ peerId, epoch, seq }))
}
