import type {
  Answer,
  ReceivedSignal,
  SignalData,
  UpstreamOnline,
  UpstreamSimilar,
} from '../../../signal-server/shared/protocol.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { Sign } from '../../node/shared/signatures.ts'
import type { SendRefusal } from '../attempts/attempt.ts'
import type { ServerContact } from '../../node/api/server-contact.ts'
import type { SignallingState } from '../../node/shared/node-ports.ts'

/** Makes the signalling of a node whose key is loaded. */
export type CreateSignalling = (node: SignallingNode) => Signalling

export interface SignallingNode {
  readonly net: string
  readonly name: string
  readonly peerId: PeerId
  readonly upstreams: readonly string[]
  readonly sign: Sign
}

/** How tabs that have no link yet exchange offers and answers. */
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
   * The STUN and TURN servers for all further connections, as the signalling server sent them, unparsed. Emitted before
   * the state `registered`, which lets dials begin.
   */
  iceServers(granted: unknown): void
  signal(signal: ReceivedSignal): void
  upstreamOnline(upstream: UpstreamOnline): void
  upstreamSimilar(upstream: UpstreamSimilar): void
  /** Whether the server knows only some of the tabs. False after every registration until this event. */
  divided(isDivided: boolean): void
  /** A message of the server does not match the protocol. */
  dropped(reason: 'malformed-signal'): void
}
