import { protocolLimits } from './protocol.ts'
import type { Rate } from './token-bucket.ts'

/**
 * Limits of the signalling server. Penalties apply to the socket, never to its address: a class shares one address.
 *
 * An honest node dials at most 8 upstreams at once. It repeats a dial that fails at once a few times within a second, and
 * then at most every 2 s. Each side of a dial sends one signal, and a further signal for every 100 ms in which late candidates
 * come from a STUN or TURN server: rarely more than three. A teacher's node answers the offers of 60 students within a few
 * seconds: 60 to 180 signals.
 */
export const signallingLimits = {
  /** Sockets in all: some 25 KB each, or 40 KB while all are introduced, so about 300 MB. A process has one core. */
  sockets: 8_192,
  /** Sockets of one IPv4 address or one IPv6 /64: a lecture hall behind one router, with several tabs each. */
  socketsPerAddress: 512,
  /**
   * Milliseconds that a socket may be without a name. A tab whose name is taken asks again much earlier, and each request
   * restarts the time.
   */
  registrationTimeoutMs: 60_000,
  /**
   * Websocket frames of one socket, control frames and fragments included. Above `signalsPerSocket`, so that a busy tab gets
   * a refusal first.
   */
  framesPerSocket: { burst: 1_024, perSecond: 128 },
  /**
   * Bytes of an unregistered socket, frame headers included: it sends only a registration of 1 KB now and then. The bytes of
   * 50 greedy sockets at once stay below 7 MB.
   */
  unregisteredBytesPerSocket: { burst: 131_072, perSecond: 32_768 },
  /** Bytes that a registered socket sends, frame headers included. 60 answers with their candidates are about 300,000. */
  bytesPerSocket: { burst: 1_048_576, perSecond: 131_072 },
  /**
   * Frames and bytes of one socket that are parsed in one turn of the event loop: some 0.2 ms, so a turn with 50 greedy
   * sockets takes some 10 ms. Fewer frames than the 60 pongs that ws queues, fewer bytes than the 16 KiB that its parser
   * buffers.
   */
  framesPerTurn: 48,
  bytesPerTurn: 8_192,
  /** Milliseconds that a held-back socket may stay above its rate before it is ended. No honest tab comes near the rate. */
  floodGraceMs: 2_000,
  /** Sockets that are held back at one time; a further one is ended at once. Each has up to 144 KB of unparsed bytes: 9 MB. */
  heldBackSockets: 64,
  /**
   * Characters that are unsent because a tab does not read. A stalled tab with 256 offers has about 700,000. Above the limit
   * the socket is closed, and the tab registers again once it runs.
   */
  unsentCharsPerSocket: 1_048_576,
  /** Refusals that an honest node does not get. The burst allows for a tab whose registration is not answered yet. */
  faultsPerSocket: { burst: 32, perSecond: 0.5 },
  /** Registrations of one socket: one, or a few while the name is taken. Each costs a signature check. */
  registrationsPerSocket: { burst: 8, perSecond: 1 },
  /** Signals of one socket: the teacher's 180 at once; 8 dials a second with 3 signals each are 24 a second. */
  signalsPerSocket: { burst: 512, perSecond: 64 },
  /** Renewals of TURN credentials: one within half their life; after a failure, again in 15 s at the earliest. */
  renewalsPerSocket: { burst: 4, perSecond: 0.1 },
  /** Names registered or held. Twice `sockets`, so that all tabs can restart with new keys. */
  names: 16_384,
  /** Milliseconds that a name is held for its key after its socket ended: a reload or a short loss of the network. */
  nameHoldMs: 10_000,
  /** Nodes that are notified at once that one upstream is online; further nodes find out when they dial again. */
  waitersPerUpstream: 1_024,
  /** Open attempts of one initiator: 8 upstreams, dialled each second for as long as an attempt lives. */
  attemptsPerSocket: 256,
  /** Milliseconds. Twice a tab's connect deadline of 15 s. */
  attemptLifetimeMs: 30_000,
  /** Signals of one side of an attempt. */
  signalsPerSide: protocolLimits.signalsPerSide as number,
  /** Characters of descriptions and candidates, one side of an attempt: the longest description and 100 candidates. */
  charsPerSide: 65_536,
  /** Offers of one node to one of its upstreams. */
  offersPerUpstream: { burst: 8, perSecond: 1 },
  /** Offers from all nodes to one node: three classes at once. One sender alone can't use this up. */
  offersPerTarget: { burst: 192, perSecond: 32 },
  /**
   * Registrations from one address within a minute, in the whole cluster: after a restart all its sockets register, perhaps
   * twice, and some ask for taken names every two seconds.
   */
  registrationsPerAddress: 4_096,
  /** Registrations in one network within a minute, from all addresses; more than one address alone can use up. */
  registrationsPerNetwork: 16_384,
  /** Offers from one address within a minute, per process: 512 tabs with 8 upstreams each, twice over. */
  offersPerAddress: 8_192,
  /** Offers in one network within a minute, per process. */
  offersPerNetwork: 32_768,
  /** Milliseconds between a websocket's close and the destruction of its connection, if the other side does not answer. */
  closeGraceMs: 500,
  /**
   * Milliseconds that a drain adds for each socket, to spread their ends: 200 tabs a second reconnect elsewhere, and three
   * tabs do not delay Ctrl+C noticeably.
   */
  drainMsPerSocket: 5,
  /**
   * Maximum milliseconds of that spread. With the rest of a drain (1.5 s for open requests of a cluster) well below the 10 s
   * in which a drain must end.
   */
  drainMs: 5_000,
} satisfies Readonly<Record<string, number | Rate>>

export type SignallingLimits = Readonly<typeof signallingLimits>
