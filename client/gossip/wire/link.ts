import type { NodeName } from './node-name.ts'
import type { PeerId } from './peer-id.ts'

declare const linkIdBrand: unique symbol
/** Names one link while this node runs; never used again, so a late event of an old link can't touch a new one. */
export type LinkId = number & { readonly [linkIdBrand]: true }

export type Direction = 'upstream' | 'downstream'

/** Why a link ended. */
export type LinkEnd =
  /** This side called `close()`. */
  | 'closed-here'
  /** The other side closed in good order. */
  | 'closed-there'
  /**
   * The other side closed, and what it had sent may not all have come, a bye included. So it mostly looks if something
   * was left; on a busy machine either of the two may look like the other.
   */
  | 'aborted-there'
  /** The connection broke. */
  | 'lost'

/** The open, authenticated, ordered channel to one neighbour. Frames arrive whole and in order, or the link ends. */
export interface Link {
  readonly id: LinkId
  /** Proven: the channel's key is signed with it. */
  readonly peerId: PeerId
  /** What the signalling server calls the neighbour; its hello must say the same. */
  readonly name: NodeName
  readonly direction: Direction
  /** Hands over the events, those since the link opened included. Called once. */
  listen(events: LinkEvents): void
  /**
   * Sends one frame of at most `maxFrameBytes`; a larger one is our bug and throws a RangeError.
   * False: the link has ended or its send window is full, and nothing was sent.
   */
  send(frame: Uint8Array<ArrayBuffer>): boolean
  /** Ends the link at once. What is not on the wire yet is lost, and the other side is told so. Can be called twice. */
  close(): void
}

export interface LinkEvents {
  frame(bytes: Uint8Array<ArrayBuffer>): void
  /** A message that is no frame (text, or above `maxFrameBytes`). It is not handed over; `bytes` is its size. */
  badFrame(reason: 'oversized-frame' | 'text-frame', bytes: number): void
  /** Once; nothing comes after it. */
  end(end: LinkEnd): void
}
