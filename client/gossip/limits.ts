/**
 * Every bound of the core, with its unit and reason. Defaults; `GossipNode` takes a partial override, so that a test
 * can prove that each bound bounds.
 */
export const gossipLimits = {
  /** Bytes of one frame. RFC 8841's default for an SCTP message, so every WebRTC stack takes it. */
  maxFrameBytes: 65_536,
  /** Bytes of one encoded body. With the longest path (64 names of 33 bytes) and the signature it fits a frame. */
  maxBodyBytes: 49_152,
  /** Bytes of one encoded block: with the longest path and the signature it fits a frame at every hop. */
  maxBlockBytes: 61_440,
  /** Levels of nesting in a JSON body: far above what people write, far below what overflows a stack. */
  maxBodyDepth: 32,
  /** Names in a path, author and receiver included. A longer route keeps its first names. */
  maxPathNames: 64,

  /** Milliseconds between heartbeats on a link. Three fit into `quietAfterMs`, so one lost or late is not silence. */
  heartbeatEveryMs: 2_000,
  /** Silence until a neighbour is called quiet. Promise P8 says 8 s; a hidden tab's timer may be late by one. */
  quietAfterMs: 6_000,
  /** Silence until a link is given up. P8 says 20 s, with the same second of slack; a stall of 12 s must survive. */
  downAfterMs: 19_000,
  /** Answer time for a neighbour that the server reports as newly registered while its link still looks up. */
  probeAnswerMs: 2_000,
  /** Time from link-up to the neighbour's hello. One round trip suffices; a stalled tab gets as long as a connection. */
  helloWithinMs: 15_000,
  /**
   * A gap this long between two events means that this tab stood still, not its neighbours: heartbeats alone wake it
   * every `heartbeatEveryMs`, and a hidden tab's timers are at most one second late.
   */
  stallAfterMs: 4_000,

  /** Invalid frames until the link is cut (P6). Honest nodes send none; two are forgiven for a version's bug. */
  strikes: 3,
  /** Links at once: 8 upstreams and a class of downstreams. Each costs about 40 bytes a second in heartbeats. */
  maxLinks: 64,

  /** Ids remembered to drop copies. Far more than are retained, so an evicted entry does not soon come again. */
  maxSeenIds: 65_536,
  /** Entries held. */
  maxEntries: 10_000,
  /** Bytes of blocks held. */
  maxHeldBytes: 33_554_432,
}

export type GossipLimits = Readonly<typeof gossipLimits>
