import type { Diagnosis, IceServerCounts, TryDiagnosis, UpstreamDiagnosis } from '../../../node/api/diagnosis.ts'
import type { LinkReason } from '../../../node/api/grapevine.ts'
import { checkOf, type ConnectionCheck, type Observation, pending } from '../../words/connection-check.ts'
import { linkLine, roundTripWords } from '../../words/link-words.ts'
import { countWords } from '../../words/listing.ts'
import type { Place } from '../../words/place.ts'
import type { CandidateCounts, CandidatePath, CandidateType } from '../../../node/api/diagnosis.ts'

/** The checks of one upstream, from its registration to an answered heartbeat. */
export const describeUpstreamChecks = (
  upstream: UpstreamDiagnosis,
  { iceServers }: Pick<Diagnosis, 'iceServers'>,
  place: Place,
): readonly ConnectionCheck[] => {
  const { peer } = upstream.link
  return [
    checkOf(`there ${peer}`, 'It is registered', thereSeen(upstream)),
    checkOf(`candidates ${peer}`, 'Addresses were gathered', candidatesSeen(upstream)),
    checkOf(`ice-servers ${peer}`, 'STUN or TURN was reached', iceServersSeen(upstream, iceServers)),
    checkOf(`link ${peer}`, 'The link is up, both keys verified', linkSeen(upstream, place)),
    checkOf(`heartbeat ${peer}`, 'It answers heartbeats', heartbeatSeen(upstream)),
  ]
}

const isUp = ({ link: { state } }: UpstreamDiagnosis): boolean => state === 'up' || state === 'quiet'

const thereSeen = ({ link, isThere }: UpstreamDiagnosis): Observation => {
  if (isThere === true) return ['ok', 'The server knows it']
  if (link.reason === 'server-divided') return ['failed', 'Not known: the parts of the server can’t reach each other']
  if (isThere === undefined) return pending
  if (link.reason === 'gone') return ['waiting', 'Went offline. Reconnects when it returns.']
  return ['waiting', link.reason === 'said-bye' ? 'It has left. Reconnects when it returns.' : 'Not open yet']
}

const candidatesSeen = (upstream: UpstreamDiagnosis): Observation => {
  const { latestTry } = upstream
  if (!latestTry) return isUp(upstream) ? ['ok', ''] : pending
  const { gathered, received } = latestTry
  const seen = `Here: ${countsWords(gathered)}. From there: ${countsWords(received)}.`
  if (countAll(gathered) > 0) return ['ok', seen]
  // The link is open although this tab gathered no address: ICE discovered addresses while it connected.
  if (latestTry.status === 'open') return ['ok', seen]
  if (upstream.isWithoutAddress) return ['failed', seen]
  return latestTry.status === 'failed' && isOfConnecting(latestTry.reason) ? ['failed', seen] : ['waiting', seen]
}

const iceServersSeen = (upstream: UpstreamDiagnosis, { stun, turn, leftOut }: IceServerCounts): Observation => {
  if (stun + turn === 0 && leftOut.length > 0) return ['not-needed', 'None that this browser accepts']
  if (stun + turn === 0) return ['not-needed', 'None configured, and none needed on one machine or one local network']
  const gathered = upstream.latestTry?.gathered
  if (gathered && gathered.srflx + gathered.relay > 0) return ['ok', countsWords(gathered)]
  if (isUp(upstream)) return ['not-needed', 'Linked without one']
  const { latestTry, failedTries } = upstream
  if (!latestTry) return pending
  // The next try begins at once. The result of the last try stays until the new try has a result.
  if (latestTry.status !== 'failed' && failedTries === 0) return ['waiting', 'No answer yet']
  return [
    'failed',
    `No address from ${countWords(stun + turn, 'server', 'servers')}: unreachable, or this tab is refused`,
  ]
}

const linkSeen = (upstream: UpstreamDiagnosis, place: Place): Observation => {
  const { link, latestTry, isThere, failedTries } = upstream
  if (isUp(upstream)) {
    const path = latestTry?.status === 'open' ? latestTry.path : undefined
    return ['ok', path ? `Connected ${pathWords(path)}` : 'Connected']
  }
  if (isThere !== true) return pending
  const failed = linkLine({ ...link, state: 'down' }, place)
  if (failed && link.reason) {
    const tries = failedTries > 1 ? ` (${countWords(failedTries, 'failed try', 'failed tries')})` : ''
    return ['failed', `${failed}${tries}`]
  }
  return ['waiting', latestTry ? tryWords[latestTry.status] : 'Not dialled yet']
}

const tryWords: Readonly<Record<TryDiagnosis['status'], string>> = {
  offered: 'The offer is sent; waiting for an answer',
  connecting: 'Offer and answer are exchanged, with valid signatures; looking for a path',
  open: 'Connected; waiting for its hello',
  failed: 'The last try failed; the next one follows',
}

const heartbeatSeen = (upstream: UpstreamDiagnosis): Observation => {
  const { link } = upstream
  if (!isUp(upstream)) return pending
  if (link.state === 'quiet') return ['waiting', 'Silent for some seconds. It may recover.']
  if (link.rttMs === undefined) return ['waiting', 'Waiting for the first one']
  return ['ok', `Round trip ${roundTripWords(link) ?? ''}`]
}

/** Whether the connection between the browsers failed, after the server and the other node did their part. */
const isOfConnecting = (reason: LinkReason): boolean =>
  reason === 'no-path' || reason === 'connect-timeout' || reason === 'webrtc-failed' || reason === 'no-answer'

const types: readonly CandidateType[] = ['host', 'srflx', 'prflx', 'relay']

/** `3 host, 1 srflx`, or `none`. */
const countsWords = (counts: CandidateCounts): string =>
  types
    .filter((type) => counts[type] > 0)
    .map((type) => `${counts[type]} ${type}`)
    .join(', ') || 'none'

const countAll = (counts: CandidateCounts): number => types.reduce((sum, type) => sum + counts[type], 0)

const pathWords = ({ local, remote }: CandidatePath): string => {
  if (local === 'relay' || remote === 'relay') return `through a TURN server (${local} to ${remote})`
  if (local === 'srflx' || remote === 'srflx') return `directly, through the router (${local} to ${remote})`
  return `directly, from machine to machine (${local} to ${remote})`
}
