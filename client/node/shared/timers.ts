/** A clock and its timers. Injected, so that tests run on virtual time. */
export interface Timers {
  /** Milliseconds; never runs backwards. */
  now(): number
  /** Runs `action` once after `delayMs`. Returns a function that cancels it. */
  after(delayMs: number, action: () => void): () => void
}
