/** Waiting, injected: tests run on virtual time. */
export interface Timers {
  /** Milliseconds; only differences count. */
  now(): number
  /** Runs `action` once after `delayMs`; returns its undo. */
  after(delayMs: number, action: () => void): () => void
}
