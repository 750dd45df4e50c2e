import type { Hop } from '../../gossip/wire/hop.ts'

/** Names an entry; an `Entry` is one. */
export interface EntryRef {
  readonly peerId: string
  readonly epoch: string
  readonly seq: number
}

export interface ReceiptsSnapshot {
  /** This tab has asked for them. */
  readonly isAsked: boolean
  /** This node's own first, where it holds the entry; then in the order in which they came. */
  readonly receipts: readonly Receipt[]
}

/** A node's signed word that it holds an entry. */
export interface Receipt {
  readonly name: string
  readonly peerId: string
  /** How it came there: as `route()`, for that node. */
  readonly hops: readonly Hop[]
  /** Copies of it that were dropped there, by the name of the neighbour that sent them. */
  readonly copies: readonly { readonly from: string; readonly count: number }[]
}
