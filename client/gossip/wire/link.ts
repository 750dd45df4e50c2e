import type { NodeName } from './node-name.ts'
import type { PeerId } from './peer-id.ts'

declare const linkIdBrand: unique symbol
/** Names one link while this node runs. Never used again, so a late event of an old link can't reach a new one. */
export type LinkId = number & { readonly [linkIdBrand]: true }

export type Direction = 'upstream' | 'downstream'

/** Why a link ended. */
export type LinkEnd =
  /** This side called `close()`. */
  | 'closed-here'
  /** The other side called `close()`, and all that it had sent has come. */
  | 'closed-there'
  /**
   * The other side closed, and some of what it had sent may be lost, a `bye` too. On a busy machine this and
   * `closed-there` may look alike.
   */
  | 'aborted-there'
  /** The connection broke. */
  | 'lost'

/** Who is at the other end of a link. */
export interface LinkIdentity {
  readonly id: LinkId
  /** Proven: the channel's key is signed with it. */
  readonly peerId: PeerId
  /** The neighbour's name on the signalling server. Its `hello` must carry the same name. */
  readonly name: NodeName
  readonly direction: Direction
}

/** The open, authenticated, ordered channel to one neighbour. Frames arrive whole and in order, or the link ends. */
export interface Link extends LinkIdentity {
  /** At most `drainedBytes` of what was sent wait in this tab. */
  readonly isDrained: boolean
  /** Delivers all events from now on, and those since the link opened. Called once. */
  listen(events: LinkEvents): void
  /**
   * Sends one frame of at most `maxFrameBytes`; a larger one is our bug and throws a RangeError.
   * False: the link has ended or its send window is full, and nothing was sent.
   */
  send(frame: Uint8Array<ArrayBuffer>): boolean
  /** Ends the link at once. What is not on the wire yet is lost; the other side sees `aborted-there`. Can be called twice. */
  close(): void
}

export interface LinkEvents {
  frame(bytes: Uint8Array<ArrayBuffer>): void
  /** A message that is no frame (text, or above `maxFrameBytes`). It is dropped; `bytes` is its size. */
  badFrame(reason: 'oversized-frame' | 'text-frame', bytes: number): void
  /** `isDrained` has become true. */
  drained(): void
  /** Once; nothing comes after it. */
  end(end: LinkEnd): void
}
