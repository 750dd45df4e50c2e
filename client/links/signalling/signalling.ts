import type {
  Answer,
  ReceivedSignal,
  SignalData,
  UpstreamOnline,
  UpstreamSimilar,
} from '../../../signal-server/shared/protocol.ts'
import type { SendRefusal } from '../attempts/attempt.ts'
import type { ServerContact } from '../../node/api/server-contact.ts'
import type { SignallingState } from '../../node/shared/node-ports.ts'

/** The way to other tabs before there is a link. */
export interface Signalling {
  /** Connects and registers, again after every loss, until `stop`. */
  start(events: SignallingEvents): void
  send(to: string, attempt: string, seq: number, data: SignalData): Promise<Answer<SendRefusal>>
  stop(): void
}

export interface SignallingEvents {
  state(state: SignallingState): void
  contact(contact: ServerContact): void
  /**
   * The STUN and TURN servers as the server sent them, for connections from now on, in place of those before. Comes before
   * the state that lets dials begin.
   */
  iceServers(granted: unknown): void
  signal(signal: ReceivedSignal): void
  upstreamOnline(upstream: UpstreamOnline): void
  upstreamSimilar(upstream: UpstreamSimilar): void
  /** Whether the server knows of some tabs only, until told otherwise or registered anew. */
  divided(isDivided: boolean): void
  /** What came from the server is not of the protocol. */
  dropped(reason: 'malformed-signal'): void
}
