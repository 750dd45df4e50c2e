import { protocolLimits } from './protocol.ts'
import type { Rate } from './token-bucket.ts'

export interface SignallingLimits {
  readonly sockets: number
  readonly socketsPerAddress: number
  readonly registrationTimeoutMs: number
  readonly framesPerSocket: Rate
  readonly unregisteredBytesPerSocket: Rate
  readonly bytesPerSocket: Rate
  readonly framesPerTurn: number
  readonly bytesPerTurn: number
  readonly floodGraceMs: number
  readonly heldBackSockets: number
  readonly unsentCharsPerSocket: number
  readonly faultsPerSocket: Rate
  readonly registrationsPerSocket: Rate
  readonly signalsPerSocket: Rate
  readonly renewalsPerSocket: Rate
  readonly names: number
  readonly nameHoldMs: number
  readonly waitersPerUpstream: number
  readonly attemptsPerSocket: number
  readonly attemptLifetimeMs: number
  readonly signalsPerSide: number
  readonly charsPerSide: number
  readonly offersPerUpstream: Rate
  readonly offersPerTarget: Rate
  readonly registrationsPerAddress: number
  readonly registrationsPerNetwork: number
  readonly offersPerAddress: number
  readonly offersPerNetwork: number
  readonly closeGraceMs: number
  readonly drainMsPerSocket: number
  readonly drainMs: number
}

/**
 * What bounds the signalling server. Penalties fall on the socket, never on its address: a class shares one address.
 *
 * An honest node dials at most 8 upstreams at once. What fails at once is dialled again a few times within a second, and
 * from then on no more often than every 2 s. Each side of a dial sends one signal, and one more for every 100 ms in which
 * a STUN or TURN server brings candidates late: three are many. A teacher's node answers the offers of 60 students within
 * a few seconds: 60 to 180 signals.
 */
export const signallingLimits: SignallingLimits = {
  /** Sockets in all: some 25 KB each and 40 KB while all introduce themselves, so about 300 MB. A process has one core. */
  sockets: 8_192,
  /** Sockets of one IPv4 address or one IPv6 /64: a lecture hall behind one router, with several tabs each. */
  socketsPerAddress: 512,
  /**
   * Milliseconds that a socket may hold no name. A tab whose name is taken asks again well within, and each asking
   * starts the time anew.
   */
  registrationTimeoutMs: 60_000,
  /**
   * Websocket frames of one socket, control frames and fragments included. Above `signalsPerSocket`, so that a tab that
   * is only too busy gets a refusal first.
   */
  framesPerSocket: { burst: 1_024, perSecond: 128 },
  /**
   * Bytes of a socket that is not registered, frame headers included: it has nothing to send but a registration of 1 KB
   * now and then. With 50 greedy sockets at once the bytes of all stay below 7 MB.
   */
  unregisteredBytesPerSocket: { burst: 131_072, perSecond: 32_768 },
  /** Bytes that a registered socket sends, frame headers included. 60 answers with their candidates are about 300,000. */
  bytesPerSocket: { burst: 1_048_576, perSecond: 131_072 },
  /**
   * Frames and bytes of one socket that are parsed in one turn of the event loop, some 0.2 ms, so that 50 greedy sockets
   * make a turn of some 10 ms. Frames below the 60 pongs that ws lets wait, bytes below the 16 KiB that its parser buffers.
   */
  framesPerTurn: 48,
  bytesPerTurn: 8_192,
  /** Milliseconds that a socket may stay above its rate, held back, before it is ended. No honest tab comes near the rate. */
  floodGraceMs: 2_000,
  /** Sockets that are held back at one time; one more is ended at once. Each keeps up to 144 KB that is not parsed: 9 MB. */
  heldBackSockets: 64,
  /**
   * Characters that wait because a tab does not read them. A stalled tab with 256 offers before it has about 700,000;
   * past this the socket is closed, and the tab registers again once it moves.
   */
  unsentCharsPerSocket: 1_048_576,
  /** Refusals that an honest node does not provoke. A burst leaves room for a tab whose registration is on the way. */
  faultsPerSocket: { burst: 32, perSecond: 0.5 },
  /** Registrations of one socket: one, or one now and then while the name is taken. Each costs a signature check. */
  registrationsPerSocket: { burst: 8, perSecond: 1 },
  /** Signals of one socket: the teacher's 180 at once; 8 dials a second with 3 signals each are 24 a second. */
  signalsPerSocket: { burst: 512, perSecond: 64 },
  /** Renewals of TURN credentials: one within half their life; after one in vain, again in 15 s at the earliest. */
  renewalsPerSocket: { burst: 4, perSecond: 0.1 },
  /** Names registered or held. Twice `sockets`, so that a restart of all tabs under new keys finds room. */
  names: 16_384,
  /** Milliseconds that a name stays its key's after its socket ended: a reload or a short loss of the network. */
  nameHoldMs: 10_000,
  /** Nodes told at once that one upstream is online; the others find out when they dial again. */
  waitersPerUpstream: 1_024,
  /** Open attempts of one initiator: 8 upstreams, dialled each second for as long as an attempt lives. */
  attemptsPerSocket: 256,
  /** Milliseconds. Twice a tab's connect deadline of 15 s. */
  attemptLifetimeMs: 30_000,
  /** Signals of one side of an attempt. */
  signalsPerSide: protocolLimits.signalsPerSide,
  /** Characters of descriptions and candidates, one side of an attempt: the longest description and 100 candidates. */
  charsPerSide: 65_536,
  /** Offers of one node to one of its upstreams. */
  offersPerUpstream: { burst: 8, perSecond: 1 },
  /** Offers that reach one node from everybody: three classes at once. One sender alone can't use this up. */
  offersPerTarget: { burst: 192, perSecond: 32 },
  /**
   * Registrations from one address within a minute, in the whole cluster: all its sockets come back after a restart, and
   * once more, and some ask for taken names every two seconds.
   */
  registrationsPerAddress: 4_096,
  /** The same in one network, from all addresses; above what one address may do, so that no single one can use it up. */
  registrationsPerNetwork: 16_384,
  /** Offers from one address within a minute, per process: 512 tabs with 8 upstreams each, twice over. */
  offersPerAddress: 8_192,
  /** Offers in one network within a minute, per process. */
  offersPerNetwork: 32_768,
  /** Milliseconds between a websocket's polite close and the end of its connection, for who does not answer the close. */
  closeGraceMs: 500,
  /**
   * Milliseconds over which a drain spreads the end of its sockets, for each of them: 200 tabs a second come back
   * elsewhere, and three tabs delay Ctrl+C by nothing that anybody sees.
   */
  drainMsPerSocket: 5,
  /**
   * Milliseconds at most for all of them. With what follows (1.5 s for what was asked of a cluster) well below the 10 s in
   * which a drain must be over.
   */
  drainMs: 5_000,
}
