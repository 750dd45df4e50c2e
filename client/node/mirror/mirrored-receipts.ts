import { BoundedMap } from '../../gossip/bounds/bounded-map.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { EntryRef } from '../api/grapevine.ts'
import type { ReceiptsSnapshot } from '../api/receipts.ts'
import { noReceipts } from '../entry-records.ts'

/** As many as the core keeps. */
const maxEntries = 64

export const keyOf = ({ peerId, epoch, seq }: EntryRef): string => `${peerId}/${epoch}/${seq}`

/** The receipts of the entries for which the page has requested them. */
export class MirroredReceipts {
  readonly #known = new BoundedMap<string, ReceiptsSnapshot>(maxEntries)

  set(entry: EntryRef, receipts: ReceiptsSnapshot): void {
    this.#known.set(keyOf(entry), receipts)
  }

  /** Before the request this node's own receipt is all that is known. `hops`: undefined if the node does not hold the entry. */
  get(entry: EntryRef, self: { name: string; peerId: string }, hops: readonly Hop[] | undefined): ReceiptsSnapshot {
    const known = this.#known.get(keyOf(entry))
    if (known) return known
    return hops ? { isAsked: false, receipts: [{ ...self, hops, copies: [] }] } : noReceipts
  }
}
