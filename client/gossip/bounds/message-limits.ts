/** The bounds of messages that nobody keeps: ephemeral and direct ones. They are a part of `gossipLimits`. */
export const messageLimits = {
  /** Bytes of the encoded body of an ephemeral message: a frame of this size delays others little. */
  maxEphemeralBodyBytes: 16_384,
  /** Bytes of an ephemeral message: the largest body, and key, name, epoch, number, time and topic of their greatest length. */
  maxEphemeralBytes: 16_896,
  /**
   * Bytes of ephemeral messages that a node may publish at once, then per second. Each costs `ephemeralLeastBytes` at least,
   * so that is 128 small ones a second: a cursor moves 60 times. Receivers accept twice as much of an author, since the path
   * changes the spacing.
   */
  ephemeralBurstBytes: 131_072,
  ephemeralBytesPerSecond: 65_536,
  /** What a small ephemeral message costs of these limits: checking its signature takes as long as reading so many bytes. */
  ephemeralLeastBytes: 512,
  /**
   * Bytes of ephemeral messages that all neighbours may bring in a second; more only within an equal share of each. 60 people
   * who move their cursors 20 times a second need 600 KB. 2,048 signatures take a fifth of a second.
   */
  broughtEphemeralBytesPerSecond: 1_048_576,
  /** Authors of ephemeral messages that are remembered. Above that, the neighbour that brought most loses its idlest one. */
  maxEphemeralAuthors: 1_024,
  /** Numbers of one author of which is known whether they have come: two seconds of the greatest rate. */
  ephemeralWindow: 256,
  /** Milliseconds after which one message of an author goes to all neighbours, so that a gap in its tree is found. */
  ephemeralFloodMs: 3_000,
  /** Milliseconds after which a neighbour that pushes nothing is replaced by one that brings messages: far more than paths differ by. */
  ephemeralSilenceMs: 1_000,

  /**
   * Bytes of ephemeral messages of one bringer that wait for their turn on one link: one of the largest fits. Of more, the
   * oldest go, since they are worth least.
   */
  ephemeralQueuedBytes: 32_768,

  /** Bytes of the encoded body of a direct message: 16 MiB, and the bytes that encode its length. */
  maxDirectBytes: 16_777_232,
  /** Bytes of one piece of a direct message: blocks wait behind one piece. */
  maxDirectPieceBytes: 16_384,
  /** Bytes of direct messages on their way to one neighbour that it has not confirmed: a quarter of a send window. */
  directWindowBytes: 262_144,
  /** Bytes after which a receiver confirms what it has: a quarter of that, so the sender need not wait. */
  directConfirmBytes: 65_536,
  /** Milliseconds without a confirmation after which all that is not confirmed is sent again. Doubled up to eight times of it. */
  directAgainMs: 2_000,
  /** Bytes of direct messages that wait to be sent, to all neighbours. Each costs `ephemeralLeastBytes` more. */
  directWaitingBytes: 67_108_864,
  /** Bytes of unfinished direct messages of all neighbours. Above that, the neighbour that has most of it loses its message. */
  directAssembledBytes: 67_108_864,
}
