import type { CandidateCounts, CandidateType } from '../../node/api/diagnosis.ts'
import { networkLimits } from '../shared/limits.ts'

/** RFC 8839: `prflx` appears in statistics only, never in signalling. */
const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const satisfies readonly CandidateType[]

export const parseCandidateType = (value: unknown): CandidateType | undefined =>
  candidateTypes.find((type) => type === value)

/** The type in a candidate's line (`candidate:… typ host …`); undefined for the end mark, which is empty. */
const candidateTypeOf = (candidate: string): CandidateType | undefined =>
  parseCandidateType(/ typ ([a-z]+)(?: |$)/.exec(candidate)?.[1])

/** Counts the candidates of one side in one try by type. A candidate that is repeated, as in a description, counts once. */
export class CandidateTally {
  /** Bounded by `talliedCandidates`: a remote can invent any number. */
  readonly #seen = new Set<string>()
  readonly #counts: Record<CandidateType, number> = { host: 0, srflx: 0, prflx: 0, relay: 0 }

  add(candidate: string): void {
    const type = candidateTypeOf(candidate)
    const line = candidate.replace(/^a=/, '').trim()
    if (!type || this.#seen.has(line) || this.#seen.size >= networkLimits.talliedCandidates) return
    this.#seen.add(line)
    this.#counts[type] += 1
  }

  /** Adds the candidates in a description. */
  addDescription(sdp: string): void {
    for (const [line] of sdp.matchAll(/^a=candidate:.*$/gm)) this.add(line)
  }

  counts(): CandidateCounts {
    return { ...this.#counts }
  }
}
