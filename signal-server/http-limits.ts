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
  /** Milliseconds that a drain waits for answers that are being read, once the tabs are gone. */
  answersMs: 2_000,
}

export type HttpLimits = Readonly<typeof httpLimits>
