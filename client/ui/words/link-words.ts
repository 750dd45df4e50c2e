import type { LinkReason, LinkSnapshot, LinkState, RoundTripFigures } from '../../node/api/grapevine.ts'
import { listWords } from './listing.ts'
import { showMs } from './network-words.ts'
import type { Place } from './place.ts'

export type Severity = 'info' | 'warning' | 'error'

export interface LinkExplanation {
  readonly severity: Severity
  /** The line beside the link. */
  readonly short: string
  /** What is wrong, and what to do; for one peer or several with the same trouble. */
  readonly title: string
  readonly text: string
}

export const linkStateWords: Readonly<Record<LinkState, string>> = {
  dialling: 'Dialling',
  waiting: 'Waiting',
  up: 'Up',
  quiet: 'Quiet',
  down: 'Down',
}

/** The latest round trip and the range: `2 ms (1 to 40 ms in the last 8)`; undefined until a round trip is measured. */
export const roundTripWords = ({ rttMs, roundTrips }: LinkSnapshot): string | undefined => {
  if (rttMs === undefined) return undefined
  const spread = roundTrips && spreadWords(roundTrips)
  return spread ? `${showMs(rttMs)} (${spread})` : showMs(rttMs)
}

/** `1 to 40 ms in the last 8`; undefined if there is only one round trip. */
export const spreadWords = ({ leastMs, mostMs, count }: RoundTripFigures): string | undefined =>
  count < 2 ? undefined : `${rangeWords(leastMs, mostMs)} in the last ${count}`

/** `1 to 40 ms`, `<1 ms`. */
const rangeWords = (leastMs: number, mostMs: number): string => {
  const [least, most] = [showMs(leastMs), showMs(mostMs)]
  if (least === most) return least
  return least.endsWith(' ms') && most.endsWith(' ms') ? `${least.slice(0, -3)} to ${most}` : `${least} to ${most}`
}

/** The line under a link; undefined if there is nothing to say. */
export const linkLine = (link: LinkSnapshot, place: Place): string | undefined => {
  if (link.state === 'up') return undefined
  if (link.state === 'quiet') return 'Silent for some seconds. It may recover.'
  if (link.similar !== undefined)
    return `Not open, but ${link.similar} is. Capital and small letters make different names.`
  if (link.reason) return explainLink(link.reason, [link.peer], place).short
  return link.state === 'dialling' ? 'Connecting.' : undefined
}

export const explainLink = (reason: LinkReason, peers: readonly string[], place: Place): LinkExplanation => {
  const who = listWords(peers)
  const isOne = peers.length === 1
  const are = isOne ? 'is' : 'are'
  const have = isOne ? 'has' : 'have'
  const it = isOne ? 'it' : 'them'
  const explanations: Readonly<Record<LinkReason, LinkExplanation>> = {
    'not-there': {
      severity: 'info',
      short: 'Not open yet. Links when it opens.',
      title: `${who} ${are} not open yet`,
      text: `Open ${it} in another tab, or on another machine. Then this tab links automatically.`,
    },
    gone: {
      severity: 'warning',
      short: 'Went offline. Reconnects when it returns.',
      title: `${who} went offline`,
      text: `The tab crashed or was closed, or its machine is asleep or off the network. Open ${it} again, or wait. This tab reconnects automatically.`,
    },
    'said-bye': {
      severity: 'info',
      short: 'It was closed. Reconnects when it returns.',
      title: `${who} ${have} left`,
      text: `${isOne ? 'Its tab was' : 'Their tabs were'} closed or reloaded. This tab reconnects automatically when ${isOne ? 'it returns' : 'they return'}.`,
    },
    silent: {
      severity: 'warning',
      short: 'Silent for 20 seconds. Still trying.',
      title: `${who} ${are} silent`,
      text: 'Nothing was received for 20 seconds: the other tab crashed, its machine sleeps, or the network between the two is broken. Bring the other tab to the front or reload it. This tab keeps trying.',
    },
    'connection-lost': {
      severity: 'warning',
      short: 'The connection broke. Dialling again.',
      title: `The connection to ${who} broke`,
      text: 'This tab dials again automatically. If it keeps happening, check the network between the two.',
    },
    'no-answer': {
      severity: 'warning',
      short: 'It did not answer in time. Trying again.',
      title: `No answer from ${who}`,
      text: `The server knows ${it}, but no answer came in time. The other tab may be frozen in the background. Bring it to the front or reload it. This tab keeps trying.`,
    },
    'connect-timeout': {
      severity: 'warning',
      short: 'No connection in time. Trying again.',
      title: `No connection to ${who} in time`,
      text: `The two nodes found each other, but their machines could not connect. ${networkAdvice(place)} This tab keeps trying.`,
    },
    'no-path': {
      severity: 'warning',
      short: 'No network path between the two. Trying again.',
      title: `No network path to ${who}`,
      text: `The browser found no path between the two machines. ${networkAdvice(place)} This tab keeps trying.`,
    },
    'bad-signature': {
      severity: 'error',
      short: 'Its answer was not signed by its key. Not linked.',
      title: `The answer from ${who} was changed on its way`,
      text: 'It was not signed by the key that this tab knows, so no link was made. The signalling server, or something between the server and a tab, changed it. Tell the person who runs the server, and do not trust the server until the cause is known.',
    },
    'offer-refused': {
      severity: 'warning',
      short: 'It could not verify this tab’s offer. Trying again.',
      title: `${who} could not verify this tab`,
      text: 'The offer of this tab arrived changed: one of the two pages is old, or something between them changed it. Reload both tabs. This tab keeps trying.',
    },
    'linked-already': {
      severity: 'info',
      short: 'Already linked under the name of another upstream.',
      title: `${who} ${are} already linked under another name`,
      text: 'Another upstream of this tab has the same key, so the two names are one node, and one link is enough. No message is lost. Remove one of the names from the address of this tab.',
    },
    'key-changed': {
      severity: 'error',
      short: 'It has a new key. Not linked.',
      title: `${who} ${have} a new key`,
      text: 'The node moved to another browser, its browser lost or can’t store the key, or another person pretends to be the node. Until you decide, no message passes between you. If you know the cause, press “Trust the new key” beside the name under Links. If not, ask the owner first.',
    },
    'wrong-key': {
      severity: 'error',
      short: 'Its key is not the one in the address. Not linked.',
      title: `${who} ${have} another key than this address names`,
      text: 'The address of this tab contains a key (the part after “@”), but the node with that name has another one. No link was made. Ask the owner for a new address. Or, if you know the cause, remove the part after “@” from the address.',
    },
    'peer-full': {
      severity: 'warning',
      short: 'It has no room for another neighbour. Trying again.',
      title: `${who} ${have} no room for another neighbour`,
      text: 'This tab tries again automatically. Wait, or name another node of this network as the upstream: messages arrive over any link.',
    },
    'peer-busy': {
      severity: 'info',
      short: 'Busy with other nodes. Trying again in a moment.',
      title: `${who} ${are} busy with other nodes`,
      text: 'Other nodes link to it at the moment. You need not do anything: this tab tries again in a moment.',
    },
    'out-of-connections': {
      severity: 'error',
      short: 'This page has no connections left. Reload it.',
      title: 'This page has used up its connections',
      text: 'A browser gives a page some hundred connections in its lifetime, and none of them can be used again. Reload this tab: it keeps its name and its key, and links again.',
    },
    'webrtc-failed': {
      severity: 'error',
      short: 'The browser could not make a connection.',
      title: `The browser could not make a connection to ${who}`,
      text: 'WebRTC failed in this browser. Reload this tab. If that does not help, restart the browser, and check whether an extension or a policy blocks WebRTC.',
    },
    'server-divided': {
      severity: 'warning',
      short: 'The server can’t reach it at the moment. Trying again.',
      title: `The server can’t introduce ${who} at the moment`,
      text: `The server has several parts, which can’t reach each other at the moment. ${who} ${are} on another part than this tab, or not open. You need not do anything: this tab keeps trying. If this lasts, tell the person who runs the server.`,
    },
    'server-silent': {
      severity: 'warning',
      short: 'The server did not answer in time. Trying again.',
      title: `The server did not answer about ${who} in time`,
      text: 'The signalling server did not confirm that it passed on the offer of the link. It may be busy, or the network slow. This tab keeps trying.',
    },
    'server-offline': {
      severity: 'warning',
      short: 'The server is unreachable, so the link has to wait.',
      title: `No server introduces ${who}`,
      text: 'The signalling server is unreachable. This tab dials as soon as the server is back.',
    },
    'wrong-version': {
      severity: 'error',
      short: 'It runs another version of Grapevine. Reload both tabs.',
      title: `${who} ${isOne ? 'runs' : 'run'} another version of Grapevine`,
      text: 'One of the two pages is old: the one that was loaded first. Reload both tabs.',
    },
    misbehaved: {
      severity: 'warning',
      short: 'Blocked for a while: it sent invalid data.',
      title: `${who} ${are} blocked for a while`,
      text: 'This tab received data that no node may send: the other page is an old version, or a changed one. Reload the other tab. This tab accepts it again after a while.',
    },
    'unkept-promise': {
      severity: 'warning',
      short: 'Blocked for a while: it announced messages and did not send them.',
      title: `${who} announced messages and did not send them`,
      text: 'This tab asked for the messages several times, and nothing came. The other page may be broken, or a changed one. Nothing is lost here: this tab asks its other neighbours. Reload the other tab. This tab accepts it again after a while.',
    },
  }
  return explanations[reason]
}

const networkAdvice = (place: Place): string =>
  place === 'this-machine'
    ? 'Even two tabs of one machine need a network with a router. Switch Wi-Fi on or plug in a cable, and check whether a VPN or a privacy extension blocks WebRTC. “Connection” in the lab shows more.'
    : 'Put both machines on the same network, without a VPN. Many guest networks do not connect their guests to each other.'
