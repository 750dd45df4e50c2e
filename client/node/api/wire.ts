/** What passes on a node's links, for those who study the protocol. */
import type { JsonValue } from '../../gossip/wire/entry.ts'

/** One envelope on one link. */
export interface WireEnvelope {
  /** 1, 2, 3 … from the node's start, over all links. */
  readonly id: number
  /** The neighbour at the other end of the link. */
  readonly peer: string
  readonly peerId: string
  readonly direction: 'in' | 'out'
  /** `push`, `heartbeat` …; `foreign-hello` speaks another version; `malformed-frame` is no envelope. */
  readonly type: string
  /** Size of the whole frame. */
  readonly bytes: number
  /** This machine's clock, milliseconds since 1970, when it was sent or read. */
  readonly time: number
  /**
   * Its fields, decoded when they are read, and bounded: blocks opened, byte strings as `{ bytes, base64url }`, long texts
   * and lists cut with a note of how much there was. What strangers wrote is in it as they wrote it: text, and nothing
   * else. `{ begins }` of a frame that is no envelope, and of one whose bytes had to make room before anybody looked.
   */
  readonly content: JsonValue
}

/** What a node remembers of its links. */
export interface WireSnapshot {
  /** The last 500 at most, of all links, the oldest first. */
  readonly envelopes: readonly WireEnvelope[]
  /** By type, of all from the node's start. */
  readonly totals: ReadonlyMap<string, WireTotal>
}

export interface WireTotal {
  readonly count: number
  readonly bytes: number
}
