/** The right to run a name in this browser: one node at a time has it, in whatever tab. */
export interface NameClaim {
  readonly by: 'web-lock' | 'channel' | 'nothing'
  /** Releases the name; a waiting tab gets it at once. Can be called twice. */
  release(): void
}

/** What the browser offers for claims. An insecure origin has no locks; very old browsers have neither. */
export interface ClaimMeans {
  readonly locks?: LockManager | undefined
  readonly openChannel?: ((name: string) => BroadcastChannel) | undefined
  /** The storage that all tabs of this origin can read at once, for marks beside the channel. May throw. */
  readonly openMarks?: (() => Storage) | undefined
}

export interface ClaimClock {
  /** Milliseconds since 1970: comparable between the tabs of one machine. */
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
   * Another tab has the name, by the answer of the browser or of that tab, however late it comes. Called at most once;
   * the claim goes on waiting for the name.
   */
  readonly onHeldElsewhere: () => void
  /** This tab stalled, and another tab got its name meanwhile: this one must stop its node. */
  readonly onLost: () => void
  /**
   * Milliseconds from the first answer that the name is held to the second, which counts: the holder may be the former
   * document of this tab. `heldElsewhereMs` by default; with 0 the first answer counts.
   */
  readonly patienceMs?: number | undefined
  /** Aborts the claim: the promise rejects with the signal's reason. Has no effect once the name is claimed. */
  readonly signal?: AbortSignal | undefined
}
