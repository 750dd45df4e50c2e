/** What `hello` and heartbeats carry of a node's ledger. */
export interface Holdings {
  /** Hex. */
  readonly digest: string
  /** The number of changes of heads, forks and oldest blocks, from 1. An eviction is none. */
  readonly changes: number
  /** A hash over the heights from which the logs are held, part by part. Hex. */
  readonly retention: string
}
