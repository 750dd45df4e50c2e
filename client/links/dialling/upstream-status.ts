import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import type { AttemptFailure } from '../attempts/attempt.ts'

/** Why there is no link to an upstream; the page has words for each. */
export type UpstreamReason =
  | Exclude<AttemptFailure, 'cancelled'>
  | 'said-bye'
  | 'misbehaved'
  | 'key-changed'
  | 'wrong-key'
  | 'linked-already'
  | 'out-of-connections'

export interface UpstreamStatus {
  readonly name: NodeName
  /** The key it has, had, or must have; absent while nobody has said. */
  readonly peerId: PeerId | undefined
  /** `dialling` also between two tries and while the upstream, naming us too, is the one to dial. */
  readonly phase: 'waiting' | 'dialling' | 'linked'
  readonly reason: UpstreamReason | undefined
  /** A name that is there while this one is not, and differs from it by case alone. */
  readonly similar: string | undefined
}
