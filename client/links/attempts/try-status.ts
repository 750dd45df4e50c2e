import type { AttemptFailure } from './attempt.ts'
import type { CandidateCounts, CandidateType } from './candidate-tally.ts'

/** How far one attempt has come, by either side, with the candidates of both: gathered here, received from there. */
export type TryStatus = { readonly gathered: CandidateCounts; readonly received: CandidateCounts } & (
  | { readonly status: 'offered' | 'connecting' }
  | { readonly status: 'open'; readonly path?: CandidatePath }
  | { readonly status: 'failed'; readonly reason: Exclude<AttemptFailure, 'cancelled'> }
)

/** The kinds of the two candidates that a connection uses. */
export interface CandidatePath {
  readonly local: CandidateType
  readonly remote: CandidateType
}
