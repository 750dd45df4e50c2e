/**
 * A fault on the links between a node and one neighbour, for experiments. It acts on whole frames of gossip, above SCTP and
 * DTLS: the connection below stays open, and heartbeats are gossip too. It lasts until it is taken away, over new links to
 * the same neighbour too.
 */
export type LinkFault = LinkFaultScope & LinkFaultKind

export interface LinkFaultScope {
  /** The neighbour's name. */
  readonly peer: string
  /** What this node sends to the neighbour, or what comes from it. Both if absent. */
  readonly direction?: 'out' | 'in'
  /** Determines all random choices of the fault; a whole number from 0 on. 1 if absent. */
  readonly seed?: number
}

export type LinkFaultKind =
  /** No frame arrives. */
  | { readonly kind: 'cut' }
  /** Frames arrive later, in their order; `ms` is the mean, and every delay if `spread` is absent. */
  | { readonly kind: 'delay'; readonly ms: number; readonly spread?: 'uniform' | 'exponential' }
  /** A frame does not arrive with this probability, 0 to 1. */
  | { readonly kind: 'loss'; readonly share: number }
  /** A frame arrives twice with this probability, 0 to 1. */
  | { readonly kind: 'duplicate'; readonly share: number }
  /** With this probability, 0 to 1, a frame arrives up to `ms` later, and others overtake it. */
  | { readonly kind: 'reorder'; readonly share: number; readonly ms: number }
  /** Frames queue up behind each other as on a line of this rate. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
