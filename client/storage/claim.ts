/** The right to run a name in this browser: held by one node at a time, whatever tab it is in. */
export interface NameClaim {
  readonly by: 'web-lock' | 'channel' | 'nothing'
  /** Gives the name free; a waiting tab takes it at once. Can be called twice. */
  release(): void
}

/** What the browser offers for it. On an insecure origin there are no locks; very old browsers have neither. */
export interface ClaimMeans {
  readonly locks?: LockManager | undefined
  readonly openChannel?: ((name: string) => BroadcastChannel) | undefined
  /** What all tabs of this origin can read at once, for marks beside the channel. May throw. */
  readonly openMarks?: (() => Storage) | undefined
}

export interface ClaimClock {
  /** Milliseconds since 1970: compared between tabs, which are all on this machine. */
  now(): number
  /** Runs `action` once after `delayMs`; returns its undo. */
  after(delayMs: number, action: () => void): () => void
}

export interface ClaimOptions {
  readonly net: string
  readonly name: string
  readonly means: ClaimMeans
  readonly clock: ClaimClock
  /** In [0, 1). */
  readonly random: () => number
  /**
   * Another tab has it: the browser, or that tab itself, has said so. However long they take to answer, nothing is told
   * before. Called at most once; the claim goes on waiting for its turn.
   */
  readonly onHeldElsewhere: () => void
  /** Held here, and taken by another tab while this one stood still: it may run the name no longer. */
  readonly onLost: () => void
  /**
   * How long a holder is given to let go, from the answer that there is one, before it is asked about again and taken
   * for another tab; `heldElsewhereMs` if absent, and with 0 the first answer counts.
   */
  readonly patienceMs?: number | undefined
  /** Ends the waiting: the promise rejects with its reason. Of no effect once the claim is held. */
  readonly signal?: AbortSignal | undefined
}
