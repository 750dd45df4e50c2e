/**
 * The messages between a page and the host of its node, which runs in a worker, or in the page where that can't be. All are
 * values for `postMessage`, and arrive in the order of their sending.
 */
import type { GossipLimits } from '../../gossip/bounds/limits.ts'
import type { Ephemeral } from '../../gossip/wire/ephemeral.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { PublishExtras } from '../shared/draft-body.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { LinkEnd, LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type {
  EntryRef,
  Fork,
  LinkFault,
  LinkSnapshot,
  NodeEvents,
  NodeStats,
  StorageTrouble,
} from '../api/grapevine.ts'
import type { WireTotal } from '../api/wire.ts'
import type { ReceiptsSnapshot } from '../api/receipts.ts'
import type { CallError } from './call-error.ts'
import type { ShippedEnvelope } from './shipped-envelope.ts'
import type { Sign, StoredKey } from '../shared/signatures.ts'
import type { CloseReason, NetworkPortEvents, OpenedIdentity } from '../shared/node-ports.ts'

/** The number of a gossip channel, chosen by the page. */
export type ChannelNumber = number

/** With the key, or with a function that signs where the host is in the page. */
export interface LoadedIdentity extends Pick<OpenedIdentity, 'peerId' | 'epoch' | 'isNewKey'> {
  readonly key?: StoredKey
  readonly sign?: Sign
}

/** From the page. */
export type HostMessage =
  | {
      readonly type: 'start'
      readonly name: NodeName
      readonly net: NodeName
      readonly hasWebRtc: boolean
      readonly blocks: 'database' | 'nowhere' | 'here'
      readonly limits: Partial<GossipLimits>
    }
  /** What happened to the name. */
  | { readonly type: 'name'; readonly event: 'held-elsewhere' | 'claimed' | 'lost' }
  | { readonly type: 'trouble'; readonly trouble: StorageTrouble }
  /** The key is loaded. */
  | { readonly type: 'identity'; readonly identity: LoadedIdentity }
  /** The network is made, and starts. */
  | { readonly type: 'connected' }
  /** The key can't be loaded, or the network can't be made. */
  | { readonly type: 'fault'; readonly message: string }
  | { readonly type: 'network'; readonly event: NetworkHostEvent }
  /** A gossip channel, transferred in the task that made it. */
  | { readonly type: 'channel'; readonly channel: ChannelNumber; readonly port: RTCDataChannel }
  /** A link over this channel has opened. */
  | { readonly type: 'linked'; readonly channel: ChannelNumber; readonly identity: LinkIdentity }
  /** The other side has sent one of its last frames over the connection's own channel. */
  | { readonly type: 'last-frame'; readonly channel: ChannelNumber; readonly frame: Uint8Array<ArrayBuffer> }
  | { readonly type: 'connection-ended'; readonly channel: ChannelNumber; readonly end: LinkEnd }
  /** What the page published in one turn, so that it may share a block. */
  | { readonly type: 'publish'; readonly drafts: readonly MirroredDraft[] }
  | { readonly type: 'send'; readonly message: MirroredSend }
  | { readonly type: 'ask'; readonly entry: EntryRef }
  | { readonly type: 'disturb'; readonly faults: readonly LinkFault[] }
  /** Whether the page is hidden: then its timers are late by design. */
  | { readonly type: 'hidden'; readonly isHidden: boolean }
  /** The page has read a batch. `isWhole`: it holds as many entries as the batch says. */
  | { readonly type: 'read'; readonly isWhole: boolean }
  | { readonly type: 'stop' }

/** A message to one neighbour. */
export interface MirroredSend {
  readonly call: number
  readonly to: PeerId
  readonly body: JsonValue | Uint8Array
  readonly topic: string | undefined
}

export interface MirroredDraft extends PublishExtras {
  readonly call: number
  readonly body: JsonValue | Uint8Array
}

type EventOf<Type extends keyof NetworkPortEvents> = Parameters<NetworkPortEvents[Type]>

/** The events of the network that the node needs; the page uses the others for the diagnosis. */
export type NetworkHostEvent = {
  [Type in 'upstream' | 'signalling' | 'suspect' | 'distrusted' | 'dropped']: {
    readonly type: Type
    readonly values: EventOf<Type>
  }
}['upstream' | 'signalling' | 'suspect' | 'distrusted' | 'dropped']

/** From the host. */
export type PageMessage =
  /** The host reads messages. */
  | { readonly type: 'ready' }
  /** All messages on this channel are heard from now on. */
  | { readonly type: 'listening'; readonly channel: ChannelNumber }
  | { readonly type: 'network-stop' }
  | { readonly type: 'closed'; readonly link: LinkId; readonly reason: CloseReason }
  | { readonly type: 'quiet'; readonly link: LinkId; readonly isQuiet: boolean }
  /** The node has stopped by itself: the name is free. */
  | { readonly type: 'release' }
  | { readonly type: 'batch'; readonly batch: Batch }
  /** The node has stopped, and all that it stores is written. */
  | { readonly type: 'ended' }

/** What has changed at the node since the last batch. */
export interface Batch {
  /** In the order of their happening. */
  readonly changes: readonly Change[]
  readonly envelopes: readonly ShippedEnvelope[]
  /** Counts of earlier envelopes that are not shipped, by type. */
  readonly leftOut: ReadonlyMap<string, WireTotal>
  /** `links()`, if it has changed. */
  readonly links?: readonly LinkSnapshot[]
  /** The frames that a page sends to every neighbour when it is unloaded, if they have changed. */
  readonly farewell?: readonly Uint8Array<ArrayBuffer>[]
  readonly digest: string
  readonly stats: NodeStats
  /** How many entries the node holds; absent if not all of them are shipped yet, or it was sent lately. */
  readonly held?: number
}

export type Change =
  /** `isRestored`: a stored entry, or one that is repeated: no event. */
  | {
      readonly type: 'entry'
      readonly entry: NodeEvents['entry']
      readonly hops: readonly Hop[]
      readonly isRestored?: true
    }
  /** All entries follow, since the page had others than the node. */
  | { readonly type: 'reset' }
  | { readonly type: 'forks'; readonly forks: readonly Fork[] }
  | { readonly type: 'receipts'; readonly entry: EntryRef; readonly receipts: ReceiptsSnapshot }
  | { readonly type: 'published'; readonly call: number; readonly entry: Entry | Ephemeral }
  /** A direct message has arrived. */
  | { readonly type: 'sent'; readonly call: number }
  | { readonly type: 'unpublished'; readonly call: number; readonly error: CallError }
  | MirroredEvent

/** These events carry all that the page needs to know of them. */
export const mirroredEvents = [
  'state',
  'sync',
  'fork',
  'key',
  'storage',
  'distrust',
  'faults',
  'network',
  'drop',
  'evicted',
  'progress',
  'ephemeral',
  'direct',
  'link',
] as const

type MirroredType = (typeof mirroredEvents)[number]

export type MirroredEvent = {
  [Type in MirroredType]: { readonly type: 'event'; readonly name: Type; readonly event: NodeEvents[Type] }
}[MirroredType]
