import { parseCandidateType } from '../attempts/candidate-tally.ts'
import type { CandidatePath } from '../../node/api/diagnosis.ts'

/** The candidate pair in use, from `RTCPeerConnection.getStats()`. Chromium and Firefox mark it differently. */
export const findCandidatePath = (reports: readonly unknown[]): CandidatePath | undefined => {
  const byId = new Map<unknown, Readonly<Record<string, unknown>>>()
  for (const report of reports) if (isReport(report)) byId.set(report['id'], report)
  const transport = [...byId.values()].find(
    ({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId,
  )
  const pair =
    byId.get(transport?.['selectedCandidatePairId']) ??
    [...byId.values()].find(({ type, selected }) => type === 'candidate-pair' && selected === true)
  const local = parseCandidateType(byId.get(pair?.['localCandidateId'])?.['candidateType'])
  const remote = parseCandidateType(byId.get(pair?.['remoteCandidateId'])?.['candidateType'])
  return local && remote && { local, remote }
}

const isReport = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
