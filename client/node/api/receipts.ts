import type { Hop } from '../../gossip/wire/hop.ts'

/** Identifies an entry; every `Entry` is an `EntryRef`. */
export interface EntryRef {
  readonly peerId: string
  readonly epoch: string
  /** 1, 2, 3 … within author and epoch. */
  readonly seq: number
}

/** The nodes that are known to hold an entry. */
export interface ReceiptsSnapshot {
  /** Whether this node has requested receipts for the entry. */
  readonly isAsked: boolean
  /** This node's own first, if it holds the entry; then in the order of their arrival. */
  readonly receipts: readonly Receipt[]
}

/** A node's signed statement that it holds an entry. */
export interface Receipt {
  readonly name: string
  readonly peerId: string
  /** The hops of the entry from its author to that node, as `route()` gives them there. */
  readonly hops: readonly Hop[]
  /** Copies that the node dropped, by the name of the neighbour that sent them. */
  readonly copies: readonly { readonly from: string; readonly count: number }[]
}
