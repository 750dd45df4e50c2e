/**
 * Every bound of the core, with its unit and reason. Defaults; `GossipCore` takes a partial override, so that a test
 * can prove that each bound bounds.
 */
export const gossipLimits = {
  /** Bytes of one frame. RFC 8841's default for an SCTP message, so every WebRTC stack takes it. */
  maxFrameBytes: 65_536,
  /** Bytes of one encoded body. With the longest route and the signature its block fits a frame. */
  maxBodyBytes: 49_152,
  /** Bytes of one encoded block: with the longest route and the signature it fits a frame at every hop. */
  maxBlockBytes: 61_440,
  /** Levels of nesting in a JSON body: far above what people write, far below what overflows a stack. */
  maxBodyDepth: 32,
  /** Entries that share one block's signature (group commit). */
  maxEntriesPerBlock: 256,
  /** Bytes of bodies that share one block, unless one alone is larger: small blocks are lost and repaired cheaply. */
  maxGroupBytes: 16_384,
  /** Names in a path, author and receiver included. A longer route keeps its first names. */
  maxPathNames: 64,
  /** Blocks in one push or answer, and bytes of them unless one alone is larger: sync goes in pieces. */
  maxBlocksPerEnvelope: 128,
  maxSyncBytes: 16_384,
  /** Envelopes in answer to one iwant: 64 KiB a round trip, far below a link's send window. */
  envelopesPerAnswer: 4,
  /** Logs named in one ihave, iwant or frontier; more go into the next envelope. */
  maxLogsPerEnvelope: 256,

  /** Milliseconds without anything sent on a link until a heartbeat says that this node lives. */
  heartbeatIdleMs: 2_000,
  /** Milliseconds between two heartbeats on a busy link: they measure the round trip and carry the digest. */
  heartbeatBusyMs: 10_000,
  /** Answered heartbeats of which the round trip is kept: some 16 s of a calm link, 80 s of a busy one. */
  roundTripSamples: 8,
  /** Milliseconds by which a tab may run late while a round trip still counts: a frame or two of drawing. */
  lateSampleMs: 50,
  /** Silence until a neighbour is called quiet. Promise P8 says 8 s; a hidden tab's timer may be late by one. */
  quietAfterMs: 6_000,
  /** Silence until a link is given up. P8 says 20 s, with the same second of slack; a stall of 12 s must survive. */
  downAfterMs: 19_000,
  /** The first frame after so long a silence is treated like a new link: what was missed is asked for at once. */
  reunionAfterMs: 4_500,
  /** Answer time for a neighbour that the server reports as newly registered while its link still looks up. */
  probeAnswerMs: 2_000,
  /** Time from link-up to the neighbour's hello. One round trip suffices; a stalled tab gets as long as a connection. */
  helloWithinMs: 15_000,
  /**
   * A gap this long between two events means that this tab stood still, not its neighbours: heartbeats alone wake it
   * every `heartbeatIdleMs`, and a hidden tab's timers are at most one second late.
   */
  stallAfterMs: 4_000,

  /** Invalid frames until the link is cut (P6). Honest nodes send none; two are forgiven for a version's bug. */
  strikes: 3,
  /** Links at once: 8 upstreams and a class of downstreams. */
  maxLinks: 64,

  /** Milliseconds that an eager push may wait for others to share its envelope. 0: every block goes at once. */
  batchMs: 0,
  /** Milliseconds between two rounds of ihave. */
  announceEveryMs: 1_000,
  /** Lazy neighbours announced to in one round, taken in turn: enough for a repair, few enough for a dense network. */
  announceTo: 6,
  /** Milliseconds that an announced block may still come along the tree before it is grafted. */
  graftAfterMs: 600,
  /** The same for a block that a frontier showed: its sender may just have been first. */
  syncGraceMs: 400,
  /** Milliseconds until a request that brought nothing is sent to another neighbour. */
  requestAgainMs: 2_000,
  /** Milliseconds between two frontiers sent to one neighbour: under load digests differ all the time. */
  frontierEveryMs: 1_000,
  /** Frontiers of one neighbour that are answered at once, then per second: twice what an honest one sends. */
  frontierAnswersBurst: 16,
  frontierAnswersPerSecond: 2,
  /** Bytes of blocks served to one neighbour at once, then per second: an endless iwant can't eat this node. */
  serveBurstBytes: 4_194_304,
  serveBytesPerSecond: 2_097_152,

  /** Milliseconds in which a neighbour that was pruned may still send copies: they were on their way. */
  pruneAgainMs: 2_000,
  /** More links than this make a dense network: a new log's receivers pass it on to few, not to all. */
  denseLinks: 8,
  /** To how many. */
  denseFanout: 2,
  /** Neighbours whose places in the trees are remembered: all that are here, and those that may come back. */
  rememberedNeighbours: 256,
  /**
   * Nodes of which an author knows in a small network: there its log's first block may flood, from which a tree of
   * shortest paths forms. In a larger one the log begins with the tree of another, so that floods stay few.
   */
  smallNetwork: 32,

  /**
   * Blocks of logs unknown here that one neighbour may push at once, then per second. A class of 60 that starts at once
   * is far below; in a network of 1,000 authors that wake together the rest is asked for, and comes a second later.
   */
  newLogsBurst: 256,
  newLogsPerSecond: 32,
  /**
   * Unknown logs that one neighbour may name in announcements and frontiers at once, then per second: a late joiner
   * of a network of 1,000 authors asks for all of them at once. Made-up ones that never come hold up little else:
   * those of six seconds are a tenth of what may be asked for.
   */
  namedLogsBurst: 1_024,
  namedLogsPerSecond: 64,
  /** Logs held: the frontier's size. Over it the idlest log of the neighbour that brought most leaves. */
  maxLogs: 4_096,
  /** Blocks held of one log at least, whatever the others do, and in all. */
  keptPerLog: 64,
  maxBlocks: 20_000,
  /**
   * Bytes of memory that the ledger may take: each block's own, and `entryBytes` for each of its entries. Over either, the
   * author that holds most loses its oldest block.
   */
  maxHeldBytes: 33_554_432,
  /**
   * Bytes of memory that an entry takes beside its block: the objects, its path, its row in a page. Measured in Chromium
   * with short texts (`npm run soak`): 540. Without it, entries that share blocks would fill memory before any limit.
   */
  entryBytes: 540,
  /** Idle so long in network time, a log is neither offered nor taken any more (it leaves frontier and digest), and later forgotten. */
  logFadesAfterMs: 72 * 3_600_000,
  logForgottenAfterMs: 73 * 3_600_000,
  /**
   * Milliseconds of a wait outside a network that count when a block goes on, and so in traces. The waits of the longest
   * way together, 63 of them, stay below `logFadesAfterMs`.
   */
  waitToldMs: 3_600_000,
  /** Milliseconds between two looks at the logs' ages: digests of healthy nodes may differ for so long. */
  ageEveryMs: 60_000,

  /** Milliseconds between two announcements of a node while nothing changes, give or take a fifth. */
  announcementMs: 10_000,
  /** More than a hundred nodes announce themselves less often: so many milliseconds for each, ten a second in all. */
  announcementMsPerNode: 100,
  /** The least between two, when links or registration change. */
  announcementGapMs: 1_000,
  /** Its ledger has changed: announced when it has rested for so long, or, under load, every so often. */
  announcementSettledMs: 500,
  announcementBusyMs: 3_000,
  /** Nodes settle at one time: so many milliseconds each, at random, spread their announcements. */
  announcementSpreadMsPerNode: 10,
  /** The longest interval that a node may promise; three of them keep a node that fell silent. */
  maxAnnouncementMs: 120_000,
  /** What one node may announce at once, then per second: honest ones stay at one, a little jolted by the way. */
  announcementBurst: 4,
  announcementsPerSecond: 1.25,
  /** Links listed: all, and some that have just ended. */
  maxAnnouncedLinks: 80,
  /** Milliseconds for which an ended link is listed as gone: longer than the interval of the one who does not know yet. */
  goneListedMs: 15_000,
  /** Nodes known. Over it, the neighbour that brought most brings no more, or loses its idlest. */
  maxKnownNodes: 512,
  /** Milliseconds for which a node that is down stays in the picture. */
  downShownMs: 10_000,
  /** Milliseconds for which the last word of a node that left is remembered, so that no old copy brings it back. */
  leftRememberedMs: 600_000,
  /**
   * Milliseconds between two looks at who is there, while announcements come: a look costs as much as some signatures,
   * and five `network` events a second are as many as a person can follow.
   */
  lookGapMs: 200,
  /** Milliseconds between two looks at what time alone changes in the picture, while something in it is not calm. */
  judgeEveryMs: 1_000,
  /** Two ends of a link announce it at two times: one end's silence about it counts after so many milliseconds. */
  mutualWithinMs: 1_500,
  /** Milliseconds that another node's ledger may be behind or ahead while it counts as in sync. */
  syncWithinMs: 5_000,
  /** Milliseconds between two samples of this node's own ledger, to compare with. */
  syncSampleMs: 250,

  /** Notices (announcements, requests, receipts) go at once, then so many milliseconds after the ones before. */
  noticeGapMs: 200,
  /** Notices in one envelope, bytes of them, and bytes of one: a receipt with the longest way, or all links. */
  maxNoticesPerEnvelope: 32,
  maxNoticeEnvelopeBytes: 16_384,
  maxNoticeBytes: 8_192,
  /** Signatures looked at for one link at once: all nodes' that a new link brings; then per second: of sixty busy ones. */
  noticeBurst: 512,
  noticesPerSecond: 32,
  /** Milliseconds after which a signature that did not come is asked for again. */
  signWithinMs: 5_000,

  /** Requests for receipts that one node may make at once, then per second. */
  askBurst: 8,
  asksPerSecond: 2,
  /** Receipts that one node signs at once, then per second. */
  receiptBurst: 32,
  receiptsPerSecond: 16,
  /** Milliseconds for which a request is answered and its way back is known. */
  requestLivesMs: 10_000,
  /** Requests alive at once. */
  maxRequests: 256,
  /** Milliseconds from a block's arrival to a receipt for it: by then the copies have come, too. */
  receiptAfterMs: 400,
  /** Entries of which this node has asked and keeps the answers. */
  maxAsked: 64,
  /** Blocks of which the copies are counted. */
  countedBlocks: 512,
}

export type GossipLimits = Readonly<typeof gossipLimits>
