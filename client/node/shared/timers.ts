/** Milliseconds on a clock that never runs backwards, and waiting on it. Injected: tests run on virtual time. */
export interface Timers {
  now(): number
  /** Runs `action` once after `delayMs`; returns its undo. */
  after(delayMs: number, action: () => void): () => void
}
