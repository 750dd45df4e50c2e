import type { EntryExtras } from '../wire/entry-extras.ts'
import type { JsonValue } from '../wire/entry.ts'
import type { LogId } from '../wire/block.ts'
import type { LinkId } from '../wire/link.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { NeighbourIdentity } from '../links/neighbour.ts'
import type { Ticket } from './gossip-effect.ts'

/** What happens to a node. Its driver hands the events to the core, one by one. */
export type GossipEvent =
  | { readonly type: 'link-up'; readonly neighbour: NeighbourIdentity }
  /** Nothing more comes on this link. The core first reads what has come. */
  | { readonly type: 'link-down'; readonly link: LinkId }
  /**
   * A frame has come. `lateMs`: by how much this tab runs late, so the frame may have come that much earlier.
   * `receivedAt`: this machine's clock, milliseconds since 1970, for display.
   */
  | {
      readonly type: 'frame'
      readonly link: LinkId
      readonly frame: Uint8Array<ArrayBuffer>
      readonly lateMs?: number
      readonly receivedAt?: number
    }
  /** A message has come that is no frame. */
  | { readonly type: 'bad-frame'; readonly link: LinkId; readonly reason: 'oversized-frame' | 'text-frame' }
  /** The link had no room for a frame of the effect `send`. */
  | { readonly type: 'lost'; readonly link: LinkId }
  /** The answer to the effect `await-drain`. `lateMs`: by how much this tab runs late, so the link may have drained earlier. */
  | { readonly type: 'drained'; readonly link: LinkId; readonly lateMs?: number }
  /** The server reports that this neighbour has just registered: its old link may be dead. */
  | { readonly type: 'probe'; readonly link: LinkId }
  /** The answer to the effect `verify`. */
  | { readonly type: 'verified'; readonly ticket: Ticket; readonly isValid: boolean }
  /** The answer to the effect `sign`. Without a signature: the key is gone. */
  | { readonly type: 'signed'; readonly ticket: Ticket; readonly signature: Uint8Array<ArrayBuffer> | undefined }
  /** This node has registered with the signalling server, or is registered no longer. */
  | { readonly type: 'registered'; readonly isOnline: boolean }
  /** Requests receipts for the block of this entry. */
  | { readonly type: 'ask'; readonly log: LogId; readonly seq: number }
  | ({ readonly type: 'publish' } & Draft)
  | ({ readonly type: 'publish-ephemeral' } & EphemeralDraft)
  | ({ readonly type: 'send' } & DirectDraft)
  /** Forgets the drafts that are not signed yet. */
  | { readonly type: 'discard-drafts' }
  | { readonly type: 'stop' }
  /** A deadline has passed, or work was left. */
  | { readonly type: 'tick' }

/** An ephemeral message to be published. */
export interface EphemeralDraft extends Pick<Draft, 'id' | 'time' | 'body' | 'bytes'> {
  readonly topic: string | undefined
}

/** A message to one neighbour. */
export interface DirectDraft {
  /** Chosen by the driver. The effect `sent` names it. */
  readonly id: number
  readonly to: PeerId
  readonly topic: string | undefined
  /** The encoded body, which the core keeps. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** An entry to be published. */
export interface Draft extends EntryExtras {
  /** Chosen by the driver. The effects `published` and `unpublished` name it. */
  readonly id: number
  /** This machine's clock, milliseconds since 1970. */
  readonly time: number
  readonly body: JsonValue | Uint8Array
  /** Bytes of the encoded body. */
  readonly bytes: number
  /** Of a body that one block can't carry: the encoded body. */
  readonly encoded?: Uint8Array
}
