import type { GossipCore } from '../../client/gossip/core.ts'
import type { HeldBlock } from '../../client/gossip/ledger/held-block.ts'
import type { Entry } from '../../client/gossip/wire/entry.ts'
import type { Envelope } from '../../client/gossip/wire/envelope.ts'
import type { Ephemeral } from '../../client/gossip/wire/ephemeral.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'

export interface LinkEnd {
  readonly id: LinkId
  readonly to: number
  readonly toId: LinkId
}

export type Tamper = (envelope: Envelope) => readonly Envelope[]

/** An entry, and whether it is older than those of its log that were delivered before. */
type Delivery = Entry & { readonly isBackfill: boolean }

/** One node: its core, its storage, and the entries that it has delivered since it started. */
export interface CoreNode {
  readonly index: number
  readonly peerId: PeerId
  core: GossipCore
  epoch: string
  isUp: boolean
  stored: HeldBlock[]
  delivered: Delivery[]
  duplicates: number
  readonly ephemerals: Ephemeral[]
  readonly directs: { readonly from: PeerId; readonly topic: string | undefined; readonly body: unknown }[]
  /** What became of its direct messages, by their ids. */
  readonly sent: [id: number, outcome: string][]
  /** What its neighbours dropped of what it sent and why they ended links to it, by reason. */
  refused: Record<string, number>
  links: LinkEnd[]
  tickAt: number
}
