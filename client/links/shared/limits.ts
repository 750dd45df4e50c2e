/** Every bound on how links come to exist, with its unit and reason. */
export const networkLimits = {
  /** Milliseconds from an offer to an open channel. On one LAN it takes 0.1 s; over TURN a few seconds. */
  connectWithinMs: 15_000,
  /**
   * Candidates that turn up within this many milliseconds travel in one signal, or all of them as soon as there are no
   * more. Host candidates are all there within 20; a TURN server's comes two round trips later, and a side that is
   * told of in one message costs the server half.
   */
  gatherMs: 100,
  /** Bytes not yet on the wire of one link; beyond, `send` says no. `send()` itself throws at 16 MiB in Chromium. */
  sendWindowBytes: 1_048_576,

  /**
   * RTCPeerConnections that this page may make. Chromium gives a page 500 in its life and never takes one back; the
   * rest is a reserve, since a connection refused by the constructor can't be told from a fault of ours.
   */
  connectionsPerPage: 480,
  /** Of these, kept for links that this node dials, so that a flood of offers can't use them up. */
  connectionsKeptForUpstreams: 120,
  /** Offers being answered at once. Each lives for 0.1 s when honest, `connectWithinMs` when not. */
  pendingAnswers: 16,
  /**
   * Milliseconds after which an answer that has not come to a link gives its place to an offer that waits. Long for an
   * honest one on a LAN; over a relay it keeps its place as long as nobody else wants it.
   */
  answerPatienceMs: 2_000,
  /** Offers being checked or waiting for one of those places, one per name: a class opens its tabs within seconds. */
  waitingOffers: 64,
  /** An offer that waited longer is stale: its sender has given up soon. */
  waitingOfferMs: 10_000,
  /**
   * Answers to PeerIds that never had a steady link, all of them together: so many at once, then one every
   * `failedAnswerRefillMs`; a link that becomes steady gives its place back. A class of 60 comes in at once, and a
   * flood of made-up keys needs 50 minutes for the connections that answers may use.
   */
  failedAnswers: 64,
  failedAnswerRefillMs: 10_000,
  /**
   * The same for one PeerId, known or not: someone who reloads a tab again and again is let in at once a few times.
   * Refilled four times as slowly as the common one, so that no single key can drain that, or use up this page's
   * connections within four hours.
   */
  failedAnswersPerPeer: 8,
  failedAnswerPerPeerRefillMs: 40_000,
  /** PeerIds whose tries are remembered; the one idle longest is forgotten first. */
  rememberedPeers: 1_024,
  /** "Busy" answers at once, then one every `busyRefillMs`: a flood must not make this tab flood the server. */
  busyAnswers: 20,
  busyRefillMs: 200,
  /** Signals kept for an offer that waits for its signature's check or a place. */
  signalsPerWaitingOffer: 8,

  /** Redial: the first pause, doubled each time, then up to `redialCapMs`; a random part of it, so nobody stampedes. */
  redialBaseMs: 250,
  redialCapMs: 4_000,
  /** After this many tries in vain the cap grows as well, up to `redialLongCapMs`: connections are finite. */
  redialsBeforeLongCap: 8,
  redialLongCapMs: 60_000,
  /** A link that lived this long was a success: the pauses start small again. A shorter life is one more vain try. */
  steadyAfterMs: 10_000,
  /**
   * Dials that news of one upstream may prompt at once, then one every `newsDialRefillMs`; beyond, the pauses above
   * go on. Reloading an upstream now and then costs nothing; one that comes and goes all the time, or a server that
   * says so, needs an hour for the connections of this page.
   */
  newsDials: 8,
  newsDialRefillMs: 10_000,
  /**
   * News of an upstream this many milliseconds before its link's bye is of the node that takes its place: the server
   * replaces a node at once, but a tab that stands still says bye only when it moves again.
   */
  newsOutlivesByeMs: 15_000,

  /** A neighbour cut off for invalid input is let in again after this long, doubled each time up to the cap (P6). */
  banBaseMs: 10_000,
  banCapMs: 600_000,

  /** Milliseconds for an acknowledgement from the signalling server. */
  acknowledgeWithinMs: 5_000,
  /** Milliseconds for the server's word on why there is no websocket; without it the server counts as gone. */
  explainWithinMs: 5_000,
  /**
   * A socket that lived this long is steady, milliseconds. Proxies cut what is silent for a few seconds (the server sends
   * something every 10 s), and balancers what lasts longer than a request may: 30 s or 60 s.
   */
  steadySocketMs: 90_000,
  /** Sockets cut one after the other before they were steady, from which on it is no chance. */
  cutsInARow: 3,
  /** Candidates of one side of one attempt that are told apart for a diagnosis. Honest browsers have fewer than 20. */
  talliedCandidates: 100,
  /** Candidates kept until the description they belong to has been accepted. */
  earlyCandidates: 64,

  /** TURN credentials that were not renewed are asked for again after about this long: half of it to one and a half. */
  renewAgainMs: 30_000,
  /** A name taken on the server is asked for again after about this long; it is held 10 s for its last key. */
  registerAgainMs: 2_000,
}

export type NetworkLimits = Readonly<typeof networkLimits>
