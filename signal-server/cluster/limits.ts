/** Limits of the work between processes. */
export const clusterLimits = {
  /**
   * Milliseconds from a request's arrival to its answer, for everything that it asks of Redis and of other processes. On one
   * site an answer takes 1 ms. A tab waits 5 s.
   */
  answerWithinMs: 1_500,
  /** Milliseconds between two heartbeats to Redis. A silent outage is noticed within `heartbeatMs` + `answerWithinMs`. */
  heartbeatMs: 500,
  /**
   * Milliseconds for which the names of a process count after its last heartbeat: as long as a name is held for a key
   * whose socket ended.
   */
  processLifeMs: 10_000,
  /** Milliseconds after which Redis deletes a name that no process claims again: a bound on what a crash leaves. */
  nameLifeMs: 3_600_000,
  /** Milliseconds between two claims of all names, well within their life. */
  claimAgainMs: 1_200_000,
  /** Names claimed or looked up in one round trip, and nodes in one message: about 100 KB. */
  nodesPerMessage: 200,
  /** Names to be released once Redis is in reach; Redis deletes further names after `nameLifeMs`. */
  owedReleases: 16_384,
  /** Milliseconds: an older step is not delivered, since its sender already has the answer that it failed. */
  stepLifeMs: 1_500,
  /**
   * Milliseconds since the clock was last set by Redis: within them the machine may have slept unnoticed. Longer than a
   * heartbeat with its answer; together with `stepLifeMs` well below the 10 s after which no signal may be delivered.
   */
  clockLifeMs: 5_000,
  /** Milliseconds without a byte from Redis after which its connection is closed: the network may drop all packets. */
  silenceMs: 5_000,
  /** Maximum milliseconds between two attempts to reach Redis. */
  reconnectMs: 1_000,
} as const
