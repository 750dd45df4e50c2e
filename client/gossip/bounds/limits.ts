import { messageLimits } from './message-limits.ts'

/**
 * Every bound of the core, with its unit and reason. These are defaults: `GossipCore` accepts a partial override, so that a
 * test can prove that each bound bounds.
 */
export const gossipLimits = {
  ...messageLimits,
  /** Bytes of one frame: RFC 8841's default for an SCTP message, so every WebRTC stack accepts it. */
  maxFrameBytes: 65_536,
  /**
   * Bytes of one encoded body, and of one part of a larger body. With the longest path and the signature its block fits a
   * frame.
   */
  maxBodyBytes: 49_152,
  /**
   * Bytes of an encoded body that is published in parts: 16 MiB, and five bytes for their length. Half of the memory for
   * the ledger.
   */
  maxLargeBodyBytes: 16_777_221,
  /** Milliseconds between two reports of a large body's progress, and bodies of which the last report is remembered. */
  bodyProgressMs: 200,
  reportedBodies: 256,
  /** Values in a JSON body, each list and map counted as one: decoding so many takes some 50 ms. */
  maxBodyValues: 262_144,
  /** Bytes of one encoded block: with the longest path and the signature it fits a frame at every hop. */
  maxBlockBytes: 61_440,
  /**
   * Bytes of the blocks of one run that has several: with short paths and the signature it fits a frame at every hop, however
   * the hops before cut it. Honest nodes begin runs of `maxSyncBytes`.
   */
  maxRunBytes: 49_152,
  /** Bytes of a topic in UTF-8: a path or an address of a document fits, and thousands of topics cost little memory. */
  maxTopicBytes: 128,
  /** Levels of nesting in a JSON body: far above what people write, far below what overflows a stack. */
  maxBodyDepth: 32,
  /** Entries that share one block's signature (group commit). */
  maxEntriesPerBlock: 256,
  /** Bytes of bodies that share one block, unless one alone is larger: small blocks are lost and repaired cheaply. */
  maxGroupBytes: 16_384,
  /** Names in a path, author and receiver included. A longer path keeps its first names. */
  maxPathNames: 64,
  /** Blocks in one push or answer, and bytes of them unless one alone is larger: sync goes in pieces. */
  maxBlocksPerEnvelope: 128,
  maxSyncBytes: 16_384,
  /** Envelopes in answer to one `iwant`: 64 KiB a round trip, far below a link's send window. */
  envelopesPerAnswer: 4,
  /** Logs named in one `ihave`, `iwant` or `frontier`; more go into the next envelope. */
  maxLogsPerEnvelope: 256,

  /** Frames of one link that wait to be read. A tab that stalled finds as many when it runs again. */
  inboxFrames: 16_384,
  /** Bytes of these frames: four send windows of the other side. */
  inboxBytes: 4_194_304,
  /** Frames, blocks and notices after which an event reads no further run, of all links: some milliseconds of work. */
  partsPerTurn: 16,
  /**
   * Bytes of blocks that each bringer may have in a link's send buffer: what the link carries within `drainMs`, between these
   * two. Honest blocks wait behind one such share of a flood. The least one keeps a slow link busy.
   */
  minQuantumBytes: 8_192,
  maxQuantumBytes: 131_072,
  drainMs: 10,
  /** Bytes of blocks that wait for their turn on one link: a send window. Neighbours share the memory of one frame. */
  queuedBytes: 1_048_576,
  /** Signatures of this node that are being made at once. Honest timing has two: a block and a notice. */
  maxSigning: 64,

  /** Milliseconds without anything sent on a link until a heartbeat shows that this node runs. */
  heartbeatIdleMs: 2_000,
  /** Milliseconds between two heartbeats on a busy link: they measure the round trip and carry the digest. */
  heartbeatBusyMs: 10_000,
  /** Answered heartbeats of which the round trip is kept: some 16 s of a calm link, 80 s of a busy one. */
  roundTripSamples: 8,
  /** Milliseconds by which a tab may run late while a round trip still counts: a frame or two of drawing. */
  lateSampleMs: 50,
  /** Silence until a neighbour is quiet. Promise P8 allows 8 s; a hidden tab's timer may be late by one. */
  quietAfterMs: 6_000,
  /** Silence until a link ends. P8 allows 20 s, with the same second of slack; a stall of 12 s must survive. */
  downAfterMs: 19_000,
  /** The first frame after so long a silence is treated like a new link: what was missed is requested at once. */
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
  /** Milliseconds between two rounds of `ihave`. */
  announceEveryMs: 1_000,
  /** Lazy neighbours announced to in one round, taken in turn: enough for a repair, few enough for a dense network. */
  announceTo: 6,
  /** Milliseconds that an announced block may still come along the tree before it is grafted. */
  graftAfterMs: 600,
  /** The same for a block that a frontier shows: it may be on its way along the tree. */
  syncGraceMs: 400,
  /** Milliseconds until a request that brought nothing has failed. */
  requestAgainMs: 2_000,
  /**
   * Milliseconds after which more holders of a log are asked that makes no good progress, twice as many at each step: all of
   * 64 links within 3 s. Most answers begin sooner; a slower one costs a second answer.
   */
  askMoreAfterMs: 500,
  /**
   * Requests in a row that bring nothing until the link is cut. Each takes `requestAgainMs` and an echoed heartbeat, 8 s or
   * more in all. What an honest node has evicted meanwhile can cost it one or two.
   */
  unkeptPromises: 4,
  /**
   * Milliseconds after which a request counts as read although the neighbour has echoed no heartbeat. After half of it,
   * heartbeats ask for an echo; a neighbour that hears none of them ends the link by then.
   */
  unechoedMs: 38_000,
  /** Milliseconds between two frontiers sent to one neighbour: under load digests differ all the time. */
  frontierEveryMs: 1_000,
  /** Frontiers of one neighbour that are answered at once, then per second: twice what an honest one sends. */
  frontierAnswersBurst: 16,
  frontierAnswersPerSecond: 2,
  /** The least number of logs that are summarized, in two bytes each. The frontier of fewer logs is below 3 KB, and saves a round trip. */
  minSummarizedLogs: 32,
  /**
   * Summaries of one neighbour that are answered at once, then per second. An answer may be the whole frontier and costs two
   * hashes for each log: 8 ms for 4,096 logs. An honest neighbour sends one for each link, and one more after a loss.
   */
  summaryAnswersBurst: 4,
  summaryAnswersPerSecond: 0.5,
  /**
   * Proofs of forks requested of one neighbour at once, then per second: whoever names another head than the one held here
   * is asked for it, and forks are rare.
   */
  proofRequestBurst: 32,
  proofRequestsPerSecond: 2,
  /** Bytes of blocks served to one neighbour at once, then per second: endless requests can't exhaust this node. */
  serveBurstBytes: 4_194_304,
  serveBytesPerSecond: 2_097_152,

  /** Milliseconds for which copies of a pruned neighbour are not pruned again: they were on their way. */
  pruneAgainMs: 2_000,
  /** More links than this make a dense network: the receivers of a new log pass it on to few neighbours, not to all. */
  denseLinks: 8,
  /** The number of these neighbours. */
  denseFanout: 2,
  /** Neighbours whose places in the trees are remembered: the present ones, and those that may come back. */
  rememberedNeighbours: 256,
  /**
   * Nodes that an author knows in a small network. There its log's first block may flood, and a tree of shortest paths
   * forms. In a larger network the log begins with the tree of another log, so that few blocks flood.
   */
  smallNetwork: 32,

  /**
   * Blocks of unknown logs that one neighbour may push at once, then per second. A class of 60 that starts at once is far
   * below. If 1,000 authors wake together, the rest is requested and comes a second later.
   */
  newLogsBurst: 256,
  newLogsPerSecond: 32,
  /**
   * Unknown logs that one neighbour may name in announcements and frontiers at once, then per second: a late joiner of a
   * network of 1,000 authors requests all logs at once. Invented ones that never come delay little: those of six seconds
   * are a tenth of what may be requested.
   */
  namedLogsBurst: 1_024,
  namedLogsPerSecond: 64,
  /** Logs held (R1), and cells of a `summary`: a larger one is refused. */
  maxLogs: 4_096,
  /** Parts of one log with blocks missing between them. Of more, the lowest goes. */
  maxLogParts: 4,
  /** Logs whose parts have come or gone, after each of which all neighbours report all anew; then one in `regroupAgainMs`. */
  regroupBurst: 8,
  regroupAgainMs: 8_000,
  /** Blocks held. */
  maxBlocks: 20_000,
  /** Bytes of memory for the ledger: each block's own, and `entryBytes` for each of its entries. */
  maxHeldBytes: 33_554_432,
  /**
   * Bytes of memory for an entry beside its block: the objects, its path, its row in a page. Measured in Chromium with short
   * texts (`npm run soak`). Without it, entries that share blocks would fill the memory before they reach a limit.
   */
  entryBytes: 540,
  /** Idle network time until a log expires (it leaves frontier and digest and is accepted no longer), and until it is deleted. */
  logExpiresAfterMs: 72 * 3_600_000,
  logDeletedAfterMs: 73 * 3_600_000,
  /** Milliseconds in which neighbours report that a log is younger than a returned node thinks. An archive may keep logs for longer. */
  ageReportedWithinMs: 3_600_000,
  /**
   * Milliseconds of a wait without neighbours that count when a block goes on, and so in traces. All 63 waits of the longest
   * path together stay below `logExpiresAfterMs`.
   */
  maxCountedWaitMs: 3_600_000,
  /** Milliseconds between two checks of the logs' ages: digests of healthy nodes may differ for so long. */
  ageEveryMs: 60_000,

  /** Milliseconds between two announcements of a node while nothing changes, give or take a fifth. */
  announcementMs: 10_000,
  /** Milliseconds of the interval for each known node, above a hundred nodes: ten announcements a second in all. */
  announcementMsPerNode: 100,
  /** Milliseconds between two announcements at least. */
  announcementGapMs: 1_000,
  /** Milliseconds for which a changed ledger has to rest before it is announced; under load it is announced this often. */
  announcementSettledMs: 500,
  announcementBusyMs: 3_000,
  /** The ledgers of all nodes stop changing at one time; a random wait of so many milliseconds per node spreads the announcements. */
  announcementSpreadMsPerNode: 10,
  /** The longest interval that a node may announce. A silent node stays known for three of them. */
  maxAnnouncementMs: 120_000,
  /** Announcements of one node at once, then per second: honest nodes send one, and the path changes the spacing a little. */
  announcementBurst: 4,
  announcementsPerSecond: 1.25,
  /** Links in an announcement: all present ones, and some that have just ended. */
  maxAnnouncedLinks: 80,
  /** Milliseconds for which an ended link is listed as gone: longer than the other end's interval. */
  goneListedMs: 15_000,
  /** Nodes known. Above that, the neighbour that brought most brings no more, or loses its idlest (N6). */
  maxKnownNodes: 512,
  /** Milliseconds for which a node that is down stays in the picture. */
  downShownMs: 10_000,
  /** Milliseconds for which a tombstone counts: no older announcement brings the node back. */
  leftRememberedMs: 600_000,
  /**
   * Milliseconds between two judgements of all nodes while announcements come: one costs as much as some signatures, and a
   * person can follow five `network` events a second.
   */
  lookGapMs: 200,
  /** Milliseconds between two judgements while only time changes the picture. */
  judgeEveryMs: 1_000,
  /** Milliseconds after which a link counts as gone that only one end reports: the two ends announce it at different times. */
  mutualWithinMs: 1_500,
  /** Milliseconds by which another node's ledger may be behind or ahead while it counts as in sync. */
  syncWithinMs: 5_000,
  /** Milliseconds between two samples of this node's own ledger, to compare announcements with. */
  syncSampleMs: 250,

  /** Milliseconds between two sendings of notices on a link; the first goes at once. */
  noticeGapMs: 200,
  /** Notices in one envelope, their bytes, and the bytes of one: a receipt with the longest path, or all links. */
  maxNoticesPerEnvelope: 32,
  maxNoticeEnvelopeBytes: 16_384,
  maxNoticeBytes: 8_192,
  /** Signatures checked for one link at once: of all nodes that a new link brings; then per second: of sixty busy nodes. */
  noticeBurst: 512,
  noticesPerSecond: 32,
  /** Milliseconds after which a missing signature is requested again. */
  signWithinMs: 5_000,

  /** Requests for receipts that one node may make at once, then per second. */
  askBurst: 8,
  asksPerSecond: 2,
  /** Receipts that one node signs at once, then per second. */
  receiptBurst: 32,
  receiptsPerSecond: 16,
  /** Milliseconds for which a request is answered and its path back is known. */
  requestLivesMs: 10_000,
  /** Requests alive at once. */
  maxRequests: 256,
  /** Milliseconds from a block's arrival to a receipt for it: by then its copies have come as well. */
  receiptAfterMs: 400,
  /** Blocks of which this node has requested receipts and keeps them. */
  maxAsked: 64,
  /** Blocks of which the copies are counted. */
  countedBlocks: 512,
}

export type GossipLimits = Readonly<typeof gossipLimits>
