import type { CandidateCounts, CandidateType } from '../../node/api/diagnosis.ts'
import { networkLimits } from '../shared/limits.ts'

/** RFC 8839: `prflx` comes in reports only, never over signalling. */
const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const satisfies readonly CandidateType[]

export const parseCandidateType = (value: unknown): CandidateType | undefined =>
  candidateTypes.find((type) => type === value)

/** The type in a candidate's own line (`candidate:… typ host …`); nothing for the mark of the end, which is empty. */
const candidateTypeOf = (candidate: string): CandidateType | undefined =>
  parseCandidateType(/ typ ([a-z]+)(?: |$)/.exec(candidate)?.[1])

/** The candidates of one side in one try, counted by type. One that comes again, in the description say, counts once. */
export class CandidateTally {
  /** A remote may make up as many as it likes. */
  readonly #seen = new Set<string>()
  readonly #counts: Record<CandidateType, number> = { host: 0, srflx: 0, prflx: 0, relay: 0 }

  add(candidate: string): void {
    const type = candidateTypeOf(candidate)
    const line = candidate.replace(/^a=/, '').trim()
    if (!type || this.#seen.has(line) || this.#seen.size >= networkLimits.talliedCandidates) return
    this.#seen.add(line)
    this.#counts[type] += 1
  }

  /** Those that travel in a description. */
  addDescription(sdp: string): void {
    for (const [line] of sdp.matchAll(/^a=candidate:.*$/gm)) this.add(line)
  }

  counts(): CandidateCounts {
    return { ...this.#counts }
  }
}
