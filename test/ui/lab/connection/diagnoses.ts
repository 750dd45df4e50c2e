import type { Diagnosis, TryDiagnosis, UpstreamDiagnosis } from '../../../../client/node/api/diagnosis.ts'
import type { LinkSnapshot } from '../../../../client/node/api/grapevine.ts'
import { type ConnectionSummary, describeConnection } from '../../../../client/ui/lab/connection/connection-summary.ts'

const none = { host: 0, srflx: 0, prflx: 0, relay: 0 }

export const diagnosisOf = (parts: Partial<Diagnosis> = {}): Diagnosis => ({
  name: 'node2',
  peerId: 'K'.repeat(43),
  state: { status: 'online' },
  thread: 'worker',
  contact: { step: 'registered' },
  unregisteredMs: 0,
  iceServers: { stun: 0, turn: 0, leftOut: [] },
  upstreams: [],
  linksUp: 0,
  linksQuiet: 0,
  ...parts,
})

/** A try in which both sides have gathered host candidates. */
export const tryOf = (parts: Partial<TryDiagnosis> = {}): TryDiagnosis =>
  ({ status: 'connecting', gathered: { ...none, host: 2 }, received: { ...none, host: 1 }, ...parts }) as TryDiagnosis

export const withoutCandidates = { gathered: none, received: none }

export const upstreamOf = (
  link: Partial<LinkSnapshot>,
  parts: Partial<Omit<UpstreamDiagnosis, 'link'>> = {},
): UpstreamDiagnosis => ({
  link: { peer: 'node1', direction: 'upstream', state: 'dialling', ...link },
  failingMs: 0,
  failedTries: 0,
  isWithoutAddress: false,
  ...parts,
})

/** An upstream that is registered, linked, and answers heartbeats. */
export const linkedUpstream = upstreamOf(
  { state: 'up', rttMs: 3.4 },
  { isThere: true, latestTry: tryOf({ status: 'open', path: { local: 'host', remote: 'prflx' } }) },
)

export const describeIt = (diagnosis: Diagnosis, isOnline = true): ConnectionSummary =>
  describeConnection(diagnosis, 'this-machine', 'localhost:3000', isOnline)

/** The status of each check, keyed by the first part of the check's key. */
export const statuses = (diagnosis: Diagnosis): Record<string, string> =>
  Object.fromEntries(
    describeIt(diagnosis).groups.flatMap(({ checks }) => checks.map(({ key, status }) => [key.split(' ')[0], status])),
  )

export const seen = (diagnosis: Diagnosis, check: string): string | undefined =>
  describeIt(diagnosis)
    .groups.flatMap(({ checks }) => checks)
    .find(({ key }) => key.startsWith(check))?.seen
