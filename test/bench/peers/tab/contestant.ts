/** What a contestant offers to the benchmark: a node that spreads bytes through a line of tabs. */

interface OpenOptions {
  /** Unique in the line: node1, node2, … */
  readonly name: string
  /** The node to dial; absent at the first tab of the line. */
  readonly upstream: string | undefined
  /** The address of the server that introduces the tabs to each other, as this contestant's server printed it. */
  readonly introducer: string
}

export interface OpenNode {
  /** Spreads the bytes to all other tabs of the line. A promise that rejects counts as a failed message. */
  publish(bytes: Uint8Array<ArrayBuffer>): void | Promise<unknown>
  /** The listener receives what other tabs have published, from however far. Set once, in the task that `open` resolves in. */
  onMessage(listener: (bytes: Uint8Array) => void): void
}

/** Resolves when a message that is published now reaches the upstream, or when the node accepts a downstream. */
export type Open = (options: OpenOptions) => Promise<OpenNode>
