/** Limits of plain http and of a websocket's handshake; `signallingLimits` has those of an open websocket. */
export const httpLimits = {
  /** Milliseconds from a connection, or from the first byte of a later request, to the end of its headers. */
  headersMs: 10_000,
  /** Milliseconds to the end of a request's body. No request needs a body, and no body is read. */
  requestMs: 15_000,
  /** Milliseconds between two checks of `headersMs` and `requestMs`; Node's default of 30 s would make them 40 s. */
  checkMs: 1_000,
  /** Milliseconds without a byte in either direction, for a client that requests the page and does not read it. */
  idleMs: 30_000,
  /** Milliseconds that a connection may wait for its next request. A proxy must close its side earlier: `deploy/nginx.conf`. */
  keepAliveMs: 10_000,
  /** Bytes of a request's headers. On `localhost`, browsers send the cookies of every other program too. */
  headerBytes: 16_384,
  /** Requests of one connection. The page has some ten files; a proxy sends all requests over a few connections. */
  requestsPerConnection: 1_000,
  /**
   * Connections of one IPv4 address or one IPv6 /64, beside its websockets: a browser opens 6, and a lecture hall behind
   * one router loads the page in 60 browsers at once. Those of a trusted proxy are everybody's, and are not counted.
   */
  pageConnectionsPerAddress: 512,
  /** Unsent answers of one such client: one for each connection. */
  answersPerAddress: 512,
  /** Unsent answers of all clients: each takes some 5 KB beside the file, which all answers share. */
  answers: 4_096,
  /** Milliseconds in which an answer must be sent: the largest file, compressed, at 2 KB a second. */
  answerMs: 120_000,
  /** Milliseconds that a drain waits for unsent answers, after the websockets have ended. */
  answersMs: 2_000,
}

export type HttpLimits = Readonly<typeof httpLimits>
