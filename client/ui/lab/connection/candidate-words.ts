import type { CandidateCounts, CandidatePath, CandidateType } from '../../../node/api/diagnosis.ts'

const types: readonly CandidateType[] = ['host', 'srflx', 'prflx', 'relay']

/** `3 host, 1 srflx`, or `none`. */
export const countsWords = (counts: CandidateCounts): string =>
  types
    .filter((type) => counts[type] > 0)
    .map((type) => `${counts[type]} ${type}`)
    .join(', ') || 'none'

export const countAll = (counts: CandidateCounts): number => types.reduce((sum, type) => sum + counts[type], 0)

export const pathWords = ({ local, remote }: CandidatePath): string => {
  if (local === 'relay' || remote === 'relay') return `by way of a TURN server (${local} to ${remote})`
  if (local === 'srflx' || remote === 'srflx') return `directly, through the router (${local} to ${remote})`
  return `directly, from machine to machine (${local} to ${remote})`
}
