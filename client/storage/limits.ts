import { gossipLimits } from '../gossip/bounds/limits.ts'

/** Every bound of what this tab stores and claims, with its unit and reason. */
export const storageLimits = {
  /**
   * Public keys kept ready to verify with. A class has some 40 authors, a busy network hundreds; a key more costs one
   * import (about 50 µs) whenever it comes up again, and one held about 500 bytes.
   */
  importedKeys: 1_024,
  /** Identities in one browser. A tab opened without a name makes one, so they pile up; the one unused longest goes. */
  identities: 1_000,
  /** Upstreams' keys remembered in one browser. Only names in this browser's own addresses are added. */
  knownKeys: 1_000,
  /**
   * Bytes of blocks, and blocks, that all ledgers of this origin may hold together: eight full ones, or hundreds of
   * a class's. Over either, the ledger unused longest goes. A ledger that a tab runs stays, so that many full ones that
   * run at once are all that can go beyond.
   */
  storedBytes: 8 * gossipLimits.maxHeldBytes,
  storedBlocks: 8 * gossipLimits.maxBlocks,
  /**
   * Milliseconds from the end of one write of blocks to the next: a transaction costs about as much as checking five
   * signatures, so that 200 blocks a second would keep the browser busy with hardly anything else. A tab that is killed
   * lacks what came within this time, or within a second if it is hidden (its timers run no oftener), until a neighbour
   * brings it again.
   */
  writeEveryMs: 50,
  /** Blocks taken out in one transaction, about 20 ms: a node that starts or writes meanwhile waits for no longer. */
  sweptAtOnce: 256,
  /**
   * Milliseconds from a page's start to its first look at what is stored, more by up to as much at random: long after
   * the first links are up. Then between two looks: the limits are wide.
   */
  firstSweepMs: 15_000,
  sweepEveryMs: 3_600_000,
  /** Tries to count an epoch up when another tab changes the record meanwhile. A name's claim makes even two rare. */
  identityTries: 5,
  /**
   * Milliseconds from the answer that a name is held until the holder is asked about again, and then taken for another
   * tab. A reloaded page asks while the browser may still be taking down its own last document; that takes some tens.
   * People do not notice three tenths of a second.
   */
  heldElsewhereMs: 300,
  /**
   * The same for a name that was made up: it is replaced without a word, so the last document of a busy machine must
   * have let go by then. A duplicated tab starts so much later.
   */
  madeUpNameMs: 3_000,
  /**
   * Milliseconds in which a rival must object to a claim made without Web Locks. A message between tabs takes about 1 ms,
   * hidden or not; this covers a tab that is busy loading.
   */
  objectionMs: 300,
  /**
   * The same for a holder that has left its mark: longer than a busy machine keeps a tab from answering, and as long as
   * the server holds a name for a socket that ended.
   */
  silentHolderMs: 10_000,
  /** Milliseconds that a timer of a hidden tab may be late. One that is later tells that its own tab stood still. */
  hiddenTimerMs: 1_500,
  /** Milliseconds between two of a holder's marks. */
  renewMarkMs: 20_000,
  /**
   * Milliseconds after which a mark is that of a tab that crashed or is frozen: the timers of a hidden tab run once a
   * minute at the rarest.
   */
  markLifeMs: 90_000,
  /** Milliseconds between a waiting tab's questions, more by up to half at random: a holder that crashed says nothing. */
  askAgainMs: 2_000,
} as const
