import type { Diagnosis, UpstreamDiagnosis } from '../../../node/api/diagnosis.ts'
import type { CheckStatus, ConnectionCheck } from '../../words/connection-check.ts'
import { explainLink } from '../../words/link-words.ts'
import { countWords, listWords } from '../../words/listing.ts'
import { newerPage } from '../../words/notice.ts'
import type { Place } from '../../words/place.ts'
import { describeServerChecks, leftOutKey } from './server-checks.ts'
import { describeStateTrouble } from '../../notices/state-notices.ts'
import { describeUpstreamChecks } from './upstream-checks.ts'

export interface CheckGroup {
  readonly key: string
  readonly title: string
  readonly checks: readonly ConnectionCheck[]
}

export interface ConnectionSummary {
  readonly status: Extract<CheckStatus, 'ok' | 'waiting' | 'failed'>
  /** The first check that fails, or the first that has to wait, in plain words. */
  readonly title: string
  /** What to do about it. */
  readonly text: string
  readonly groups: readonly CheckGroup[]
}

/**
 * Explains why this node is or is not connected. `host` is the host of the server, for advice that names it. `isOnline`
 * is true if the browser reports that this machine has a network.
 */
export const describeConnection = (
  diagnosis: Diagnosis,
  place: Place,
  host: string,
  isOnline: boolean,
): ConnectionSummary => {
  const server = describeServerChecks(diagnosis, host)
  const groups = [
    { key: 'server', title: 'The signalling server', checks: server },
    ...diagnosis.upstreams.map((upstream) => ({
      key: `upstream ${upstream.link.peer}`,
      title: `Upstream ${upstream.link.peer}`,
      checks: describeUpstreamChecks(upstream, diagnosis, place),
    })),
  ]
  return { ...describeFirst(diagnosis, groups, place, host, isOnline), groups }
}

type Words = Pick<ConnectionSummary, 'status' | 'title' | 'text'>

const describeFirst = (
  diagnosis: Diagnosis,
  groups: readonly CheckGroup[],
  place: Place,
  host: string,
  isOnline: boolean,
): Words => {
  const { state, upstreams, linksUp } = diagnosis
  const [trouble] = describeStateTrouble(state, linksUp, place, host)
  if (trouble) {
    return { status: state.status === 'starting' ? 'waiting' : 'failed', title: trouble.title, text: trouble.text }
  }
  const [server, ...ofUpstreams] = groups
  if (server && !server.checks.every(({ key, status }) => status === 'ok' || key === leftOutKey)) {
    return {
      status: 'waiting',
      title: 'Contacting the signalling server',
      text: 'It introduces this tab to others. This takes a moment.',
    }
  }
  const groupOf = (status: CheckStatus): UpstreamDiagnosis | undefined =>
    upstreams[ofUpstreams.findIndex(({ checks }) => checks.some((check) => check.status === status))]
  const failed = groupOf('failed')
  if (failed) return withLeftOut(describeFailure(failed, place, isOnline), diagnosis)
  const waiting = groupOf('waiting')
  if (waiting) return describeWaiting(waiting, place)
  return describeFine(diagnosis)
}

/** Adds the rejected STUN and TURN servers: a tab that fails to link may need exactly such a server. */
const withLeftOut = (words: Words, { iceServers }: Diagnosis): Words =>
  iceServers.leftOut.length === 0 ? words : { ...words, text: `${words.text} ${leftOutWords(iceServers.leftOut)}` }

const leftOutWords = (leftOut: readonly string[]): string =>
  `This browser rejects ${listWords(leftOut)}. Nodes behind another router may be unreachable. The person who runs the server can correct ICE_SERVERS or TURN_URLS.`

const describeFailure = (upstream: UpstreamDiagnosis, place: Place, isOnline: boolean): Words => {
  if (upstream.isWithoutAddress) return isOnline ? withoutRoute : withoutNetwork
  const { link } = upstream
  if (!link.reason) return describeWaiting(upstream, place)
  const { title, text } = explainLink(link.reason, [link.peer], place)
  return { status: 'failed', title, text }
}

const withoutNetwork: Words = {
  status: 'failed',
  title: 'This browser found no network address',
  text: 'Without an address, no node can connect to this tab. Switch Wi-Fi on or plug in a cable. Check whether a VPN, an extension or a policy prevents WebRTC from using the network. This tab keeps trying.',
}

/** Chromium offers only the address of the default route, and detects a new route only when a page loads. */
const withoutRoute: Words = {
  status: 'failed',
  title: 'This machine has a network, but the browser found no address in it',
  text: 'A browser uses the network that has the default route. A switch or an access point without a router provides none, so not even two tabs of this machine can connect. Connect a router (it needs no internet), or enter any address of this network as the gateway (router) in this machine’s network settings, or give the default route to the cable instead of the Wi-Fi. Then reload this tab. If the network has a router, check whether a VPN, an extension or a policy prevents WebRTC from using it.',
}

const describeWaiting = ({ link }: UpstreamDiagnosis, place: Place): Words => {
  if (link.state === 'up') {
    return { status: 'ok', title: `Linked to ${link.peer}`, text: 'This tab waits for the first heartbeat.' }
  }
  if (link.state === 'quiet') {
    return {
      status: 'waiting',
      title: `${link.peer} is quiet`,
      text: 'Nothing was received from it for some seconds. Its tab may be busy, or its machine asleep. It may recover without your help.',
    }
  }
  if (link.reason) {
    const { title, text } = explainLink(link.reason, [link.peer], place)
    return { status: 'waiting', title, text }
  }
  return {
    status: 'waiting',
    title: `Connecting to ${link.peer}`,
    text: 'On one network this takes less than a second.',
  }
}

const describeFine = (diagnosis: Diagnosis): Words => {
  const { upstreams, linksUp, linksQuiet, iceServers } = diagnosis
  const { leftOut } = iceServers
  if (leftOut.length > 0) {
    return {
      status: 'waiting',
      title: `${countWords(leftOut.length, 'STUN or TURN server is', 'STUN or TURN servers are')} not used here`,
      text: leftOutWords(leftOut),
    }
  }
  if (linksUp === 0) {
    return {
      status: 'ok',
      title: 'Ready for others to link to this tab',
      text: 'This tab has no upstream, so it dials no node. Open a downstream tab, or share its address.',
    }
  }
  const who = listWords(upstreams.map(({ link }) => link.peer))
  const linked =
    upstreams.length > 0
      ? `Every check passes: this tab is linked to ${who}.`
      : `This tab has no upstream; ${countWords(linksUp, 'node has', 'nodes have')} linked to it.`
  const { contact } = diagnosis
  const isOld = contact.step === 'registered' && contact.isPageOld
  if (isOld) return { status: 'ok', title: newerPage.title, text: `${linked} ${newerPage.text}` }
  if (linksQuiet === 0) return { status: 'ok', title: 'Everything works', text: linked }
  // These links are downstream: a quiet upstream has the status `waiting` and is handled before.
  const quiet = countWords(linksQuiet, 'downstream node is quiet and', 'downstream nodes are quiet and')
  return { status: 'ok', title: 'This tab is connected', text: `${linked} ${quiet} may recover without your help.` }
}
