/** Every limit of making links, with unit and reason. */
export const networkLimits = {
  /** Milliseconds from an offer to an open channel. On one LAN it takes 0.1 s; over TURN a few seconds. */
  connectWithinMs: 15_000,
  /**
   * Milliseconds for which candidates are gathered into one signal, or until all are found. Host candidates are found
   * within 20 ms, those of a TURN server two round trips later. One signal instead of two halves the server's cost.
   */
  gatherMs: 100,
  /** The same without ICE servers: then all candidates of a machine are found at once. */
  gatherHostMs: 10,
  /** Bytes of one link that are not yet on the wire; beyond, frames are refused. Chromium throws at 16 MiB. */
  sendWindowBytes: 1_048_576,
  /** Bytes of one link that still wait when it counts as drained: enough to keep it busy until more is sent. */
  drainedBytes: 8_192,
  /** Messages of one link that wait for its listener. An honest neighbour sends its greeting, and waits for an answer. */
  earlyMessages: 16,
  /** Frames that a node which ends at once sends on the connection's own channel: a tombstone and a bye. */
  lastFrames: 2,
  /**
   * Milliseconds from the end of a connection to that of its channel, or the reverse: the same event causes both, but one of
   * them is reported through a page that may be busy. P8 allows a second.
   */
  endsWithinMs: 500,

  /**
   * RTCPeerConnections that this page may make. Chromium gives a page 500 in its life, whether they are closed or not.
   * The other 20 are a reserve: an error of the constructor can't be distinguished from a bug.
   */
  connectionsPerPage: 480,
  /** How many of these are reserved for links that this node dials, so that a flood of offers can't use them up. */
  connectionsKeptForUpstreams: 120,
  /** Answers under way at once. An honest one takes 0.1 s, another one `connectWithinMs`. */
  pendingAnswers: 16,
  /**
   * Milliseconds after which an answer without a link gives its place to a waiting offer. An honest one on a LAN needs
   * much less; one over a relay keeps its place as long as no offer waits.
   */
  answerPatienceMs: 2_000,
  /** Offers that are being verified or wait for a place, one for each name: a class opens its tabs within seconds. */
  waitingOffers: 64,
  /** Milliseconds after which a waiting offer is stale: its sender gives up soon. */
  waitingOfferMs: 10_000,
  /**
   * Answers to all PeerIds together that never had a steady link: this many at once, then one every
   * `failedAnswerRefillMs`; a link that becomes steady refunds its answer. A class of 60 is admitted at once, and a flood
   * of invented keys needs 50 minutes to use up the connections for answers.
   */
  failedAnswers: 64,
  failedAnswerRefillMs: 10_000,
  /**
   * The same for one PeerId, known or not: a person who reloads a tab again and again is admitted a few times at once.
   * The refill is four times slower than the common one, so that one key can neither drain that nor use up this page's
   * connections within four hours.
   */
  failedAnswersPerPeer: 8,
  failedAnswerPerPeerRefillMs: 40_000,
  /** PeerIds whose answers and bans are remembered; the one idle for longest is forgotten first. */
  rememberedPeers: 1_024,
  /** Refusals sent at once, then one every `busyRefillMs`: a flood of offers must not make this tab flood the server. */
  busyAnswers: 20,
  busyRefillMs: 200,
  /** Signals kept for an offer that is being verified or waits for a place. */
  signalsPerWaitingOffer: 8,

  /** Milliseconds of the first pause before a redial; it doubles up to `redialCapMs`. Half of a pause is random. */
  redialBaseMs: 250,
  redialCapMs: 4_000,
  /** After this many failed tries the cap doubles too, up to `redialLongCapMs`: connections are finite. */
  redialsBeforeLongCap: 8,
  redialLongCapMs: 60_000,
  /** Milliseconds after which a link is steady: the next pauses start small again. A shorter link counts as a failed try. */
  steadyAfterMs: 10_000,
  /**
   * Dials without a pause after news of one upstream: this many at once, then one every `newsDialRefillMs`; beyond, the
   * pauses above go on. Reloading an upstream now and then costs nothing. An upstream that registers all the time, or a
   * server that claims so, needs an hour to use up the connections of this page.
   */
  newsDials: 8,
  newsDialRefillMs: 10_000,
  /**
   * Milliseconds before a bye within which news of the upstream is about the node that replaces it: the server replaces a
   * node at once, but a tab that stalls sends its bye only when it runs again.
   */
  newsOutlivesByeMs: 15_000,

  /** Milliseconds of the first ban after invalid input or unkept promises; it doubles each time up to the cap (P6). */
  banBaseMs: 10_000,
  banCapMs: 600_000,

  /** Milliseconds for an acknowledgement from the signalling server. */
  acknowledgeWithinMs: 5_000,
  /** Milliseconds for the server's answer over plain http why no websocket opens. */
  explainWithinMs: 5_000,
  /**
   * Milliseconds after which a socket is steady. Proxies cut sockets that are silent for some seconds (the server sends
   * every 10 s), and load balancers those that last longer than a request may: 30 s or 60 s.
   */
  steadySocketMs: 90_000,
  /** Sockets in a row that were cut before they were steady; so many are no coincidence. */
  cutsInARow: 3,
  /** Candidates of one side of one attempt that are counted for a diagnosis. Honest browsers have fewer than 20. */
  talliedCandidates: 100,
  /** Candidates kept until the connection has their description. */
  earlyCandidates: 64,

  /** Milliseconds until a failed renewal of TURN credentials is repeated, times 0.5 to 1.5 at random. */
  renewAgainMs: 30_000,
  /** Milliseconds until a refused registration is repeated, times 0.5 to 1.5. The server reserves a name for 10 s. */
  registerAgainMs: 2_000,
}

export type NetworkLimits = Readonly<typeof networkLimits>
