import { gossipLimits } from '../gossip/bounds/limits.ts'

/** Every limit of what this tab stores and claims, with unit and reason. */
export const storageLimits = {
  /**
   * Public keys that stay imported for verifying. A class has 40 authors, a busy network hundreds. A key beyond the limit
   * costs an import of about 50 µs when it is used again; an imported key takes about 500 bytes.
   */
  importedKeys: 1_024,
  /** Identities in one browser; the one unused for longest is deleted. Every tab without a name in its address makes one. */
  identities: 1_000,
  /** Remembered keys of upstreams in one browser. Only upstreams of its own addresses are added. */
  knownKeys: 1_000,
  /**
   * Bytes and number of blocks of all ledgers of this origin together: eight full ledgers, or hundreds of a class. Beyond
   * either, the ledger unused for longest is deleted. A ledger in use stays, so only many full ones in use at once can
   * exceed the limits.
   */
  storedBytes: 8 * gossipLimits.maxHeldBytes,
  storedBlocks: 8 * gossipLimits.maxBlocks,
  /**
   * Milliseconds from the end of one write of blocks to the next. A transaction costs as much as verifying five
   * signatures, so without a pause 200 blocks a second would occupy the browser. A killed tab loses the blocks of this time,
   * or of one second if it is hidden, since its timers fire once a second; its neighbours send them again.
   */
  writeEveryMs: 50,
  /**
   * Blocks in one record, and their bytes. A record costs 0.1 ms in the page and 0.2 ms in the browser, whatever its size up
   * to some kilobytes, so a catch-up needs few. Deleting one of its blocks writes the others again: some 30 KB, once in
   * `writeEveryMs`. The bytes are those of one large block.
   */
  packedBlocks: 128,
  packedBytes: gossipLimits.maxBlockBytes,
  /** Blocks deleted in one transaction: about 20 ms, for which a node that starts or writes may have to wait. */
  sweptAtOnce: 256,
  /**
   * Milliseconds from a page's start to its first sweep, times 1 to 2 at random: long after the first links are up. Then
   * milliseconds between two sweeps, which may be long since the limits are wide.
   */
  firstSweepMs: 15_000,
  sweepEveryMs: 3_600_000,
  /** Tries to count up an epoch while another tab changes the record. With claims even a second try is rare. */
  identityTries: 5,
  /**
   * Milliseconds from the first answer that a name is held to the second, which counts. A reloaded page asks while the
   * browser may still be unloading its former document, which takes some tens of milliseconds. People do not notice 0.3 s.
   */
  heldElsewhereMs: 300,
  /**
   * The same for a generated name: it is replaced silently, so even on a busy machine the former document must have
   * released it by then. The start of a duplicated tab is delayed by as much.
   */
  madeUpNameMs: 3_000,
  /**
   * Milliseconds in which other tabs may object to a claim without Web Locks. A message between tabs takes about 1 ms,
   * hidden or not; the rest is for a tab that is busy loading.
   */
  objectionMs: 300,
  /**
   * The same if there is a fresh mark: longer than a busy machine delays an answer, and as long as the server reserves the
   * name of a socket that ended.
   */
  silentHolderMs: 10_000,
  /** Milliseconds that a timer of a hidden tab may be late. A timer that is later shows that its own tab stalled. */
  hiddenTimerMs: 1_500,
  /** Milliseconds between two marks of a holder. */
  renewMarkMs: 20_000,
  /**
   * Milliseconds after which a mark is stale: its tab has crashed or is frozen, since the timers of a hidden tab fire at
   * least once a minute.
   */
  markLifeMs: 90_000,
  /** Milliseconds between two questions of a waiting tab, times 1 to 1.5 at random: a crashed holder sends no release. */
  askAgainMs: 2_000,

  /** Milliseconds between two renewals of a lock file, and between two looks of a process that waits for it. */
  renewLockMs: 2_000,
  watchLockMs: 250,
  /**
   * Milliseconds without a renewal until a lock file is stale. A process that stands still for longer loses its name, and
   * stops when it learns of that.
   */
  lockStaleMs: 8_000,
  /** Bytes of one record in a file of blocks: the largest block with the longest path, and some. */
  recordBytes: gossipLimits.maxBlockBytes + 16_384,
  /** Bytes that are read of a file of blocks at once. */
  readBytes: 4_194_304,
  /** Milliseconds until a write that failed is repeated: a person may have made room on the disk. */
  writeAgainMs: 10_000,
  /** Bytes that wait for a disk that fails. What comes beyond is not stored; after a restart neighbours send it again. */
  waitingBytes: 33_554_432,
  /** Bytes of deleted blocks from which on a file is written anew, once they are also more than those of the others. */
  compactedBytes: 8_388_608,
} as const
