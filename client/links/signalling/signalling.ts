import type {
  Answer,
  ReceivedSignal,
  SignalData,
  UpstreamOnline,
  UpstreamSimilar,
} from '../../../signal-server/shared/protocol.ts'
import type { SendRefusal } from '../attempts/attempt.ts'
import type { ServerContact } from './server-contact.ts'

/** Why there is no websocket, or none that stays: see `NoWebsocket` in `diagnosis.ts`. */
export type NoWebsocket =
  | {
      readonly reason:
        | 'server-unreachable'
        | 'server-silent'
        | 'server-refused'
        | 'websocket-blocked'
        | 'upgrade-not-passed'
        | 'websocket-held'
    }
  | { readonly reason: 'websocket-cut'; readonly afterMs: number }
  | { readonly reason: 'host-refused'; readonly host: string }
  | { readonly reason: 'host-not-passed'; readonly host: string; readonly origin: string }
  | { readonly reason: 'origin-rewritten' | 'origin-refused'; readonly origin: string }
  | { readonly reason: 'path-not-forwarded'; readonly path: string; readonly httpStatus: number }

/** Where this node stands with the signalling server. */
export type SignallingState =
  /** `cutAfterMs`: something on the way ends the websocket again and again, each time about so long after it opened. */
  | { readonly status: 'registered'; readonly cutAfterMs?: number }
  /** `server-silent` also where the websocket is open, and a request got no answer in time. */
  | ({ readonly status: 'offline' } & (NoWebsocket | { readonly reason: 'token-missing' | 'access-denied' }))
  /** Another key holds the name; asked again from time to time. */
  | { readonly status: 'name-taken' }
  /** Nobody holds the name; the server keeps it for its last key for some seconds. Asked again until then. */
  | { readonly status: 'name-reserved' }
  /** The same key registered the name elsewhere; not asked again. */
  | { readonly status: 'replaced' }

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
