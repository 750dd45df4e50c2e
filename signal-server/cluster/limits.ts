/** What bounds the work between processes, with unit and reason. */
export const clusterLimits = {
  /**
   * Milliseconds for all that a request asks of Redis and of other processes together, from when it came; on one site an
   * answer takes one. A tab waits five seconds.
   */
  answerWithinMs: 1_500,
  /** Milliseconds between two signs of life to Redis. An outage that shows no error is noticed within this and the above. */
  heartbeatMs: 500,
  /**
   * Milliseconds that the names of a process are believed after its last sign of life: as long as a name is held for a
   * key whose socket ended.
   */
  processLifeMs: 10_000,
  /** Milliseconds after which Redis forgets a name that no process has claimed anew: a bound on what a crash leaves. */
  nameLifeMs: 3_600_000,
  /** Milliseconds between two claims of all names, well within their life. */
  claimAgainMs: 1_200_000,
  /** Names claimed or looked up with one round trip, and nodes told of in one message: about 100 KB. */
  nodesPerMessage: 200,
  /** Names that are still to be given back once Redis can be reached; it forgets the others after `nameLifeMs`. */
  owedReleases: 16_384,
  /** Milliseconds: a step that is older is not delivered, since its sender has been told that it failed. */
  stepLifeMs: 1_500,
  /**
   * Milliseconds since the clock was last set by Redis in which a machine may have slept unnoticed. Longer than a heartbeat
   * and its answer may take; with `stepLifeMs` well below the 10 s after which no signal may be delivered.
   */
  clockLifeMs: 5_000,
  /** Milliseconds without a byte from Redis after which its connection is given up: a network that swallows everything. */
  silenceMs: 5_000,
  /** Milliseconds between two tries to reach Redis, at the most. */
  reconnectMs: 1_000,
} as const
