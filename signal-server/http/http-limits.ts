/** What bounds plain http and the handshake of a websocket; an open websocket has `signallingLimits`. */
export const httpLimits = {
  /** Milliseconds from a connection, or from the first byte of a later request, to the end of its headers. */
  headersMs: 10_000,
  /** Milliseconds to the end of a request's body. Nobody has anything to send here: no body is read. */
  requestMs: 15_000,
  /** Milliseconds between two looks at the two times above; Node's own 30 s would make them 40. */
  checkMs: 1_000,
  /** Milliseconds without a byte in either direction, for who asks for the page and does not read it. */
  idleMs: 30_000,
  /** Milliseconds that a connection may wait for its next request. A proxy has to end its own before: `deploy/nginx.conf`. */
  keepAliveMs: 10_000,
  /** Bytes of a request's headers. Browsers send the cookies of everything else on `localhost` along. */
  headerBytes: 16_384,
  /** Requests of one connection. The page has some ten files; a proxy sends everybody's over a few connections. */
  requestsPerConnection: 1_000,
  /**
   * Connections of one IPv4 address or one IPv6 /64, beside its websockets: a browser opens 6, and a lecture hall behind
   * one router loads the page in 60 browsers at once. Those of a trusted proxy are everybody's, and are not counted.
   */
  pageConnectionsPerAddress: 512,
  /** Answers of one such client that are not sent in full, one for each connection. */
  answersPerAddress: 512,
  /** Answers in all that are not sent in full: each costs some 5 KB beside the file, which all share. */
  answers: 4_096,
  /** Milliseconds that an answer may take to be sent: the largest file, compressed, at 2 KB a second. */
  answerMs: 120_000,
  /** Milliseconds that a drain waits for answers that are being read, once the tabs are gone. */
  answersMs: 2_000,
}

export type HttpLimits = Readonly<typeof httpLimits>
