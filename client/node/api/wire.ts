/** The envelopes on a node's links, for people who study the protocol. */
import type { JsonValue } from '../../gossip/wire/entry.ts'

/** One envelope on one link. */
export interface WireEnvelope {
  /** 1, 2, 3 … since the node's start, over all links. */
  readonly id: number
  /** The neighbour's name. */
  readonly peer: string
  readonly peerId: string
  readonly direction: 'in' | 'out'
  /** `push`, `heartbeat` …; `foreign-hello`: of another protocol version; `malformed-frame`: not an envelope. */
  readonly type: string
  /** Size of the whole frame in bytes. */
  readonly bytes: number
  /** When it was sent or decoded, milliseconds since 1970 by this machine's clock. */
  readonly time: number
  /**
   * The fields, decoded at the first access, and bounded: blocks are decoded, byte strings are `{ bytes, base64url }`, long
   * texts and lists are cut with a note of their length. Texts are unchecked, as strangers wrote them. `{ begins }` for a
   * frame that is not an envelope, and for one whose bytes were evicted before the first access.
   */
  readonly content: JsonValue
}

/** What a node has recorded of its links. */
export interface WireSnapshot {
  /** At most the last 500 of all links, oldest first. */
  readonly envelopes: readonly WireEnvelope[]
  /** By type, over all envelopes since the node's start. */
  readonly totals: ReadonlyMap<string, WireTotal>
}

export interface WireTotal {
  readonly count: number
  readonly bytes: number
}
