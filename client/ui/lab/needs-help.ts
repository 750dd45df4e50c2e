import type { Diagnosis, UpstreamDiagnosis } from '../../node/api/diagnosis.ts'
import type { LinkReason } from '../../node/api/grapevine.ts'

/** Milliseconds. Most restarts of a server and most failed dials recover by themselves within this time. */
const failingForMs = 10_000

/**
 * Whether to show a person, unasked, why this node is not connected: no link is up, and for some ten seconds either the
 * server could not be reached, or upstreams that are there could not be linked. Not
 * - while any link is up: messages pass, and the notices tell of the rest;
 * - for upstreams that are not there, or that a person has to decide about (a new key, say): their notices say so;
 * - for a node that does not run: its state says so at once, and its notice why.
 * It says nothing about the moment: who opens a view by it may not do so over what the person is doing.
 */
export const needsHelp = (diagnosis: Diagnosis): boolean => {
  const { state, contact, unregisteredMs, upstreams, linksUp } = diagnosis
  if (state.status === 'error' || linksUp > 0) return false
  if (contact.step !== 'registered') return hasFailed(diagnosis) && unregisteredMs >= failingForMs
  return upstreams.some((upstream) => upstream.failingMs >= failingForMs && isDialled(upstream))
}

/** A name that another has or had, and a token that is missing or wrong, have notices of their own. */
const hasFailed = ({ contact }: Diagnosis): boolean =>
  contact.step === 'no-websocket' ||
  contact.step === 'lost' ||
  (contact.step === 'refused' && (contact.reason === 'server-refused' || contact.reason === 'no-acknowledgement'))

/** What dialling again does not change, or not soon. */
const isToBeDecided: ReadonlySet<LinkReason> = new Set([
  'key-changed',
  'wrong-key',
  'linked-already',
  'misbehaved',
  'wrong-version',
  'out-of-connections',
  'peer-full',
])

const isDialled = ({ isThere, link: { reason } }: UpstreamDiagnosis): boolean =>
  isThere === true && (reason === undefined || !isToBeDecided.has(reason))
