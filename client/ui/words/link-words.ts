import type { LinkReason, LinkSnapshot, LinkState, RoundTripFigures } from '../../node/api/grapevine.ts'
import { listWords } from './listing.ts'
import { showMs } from './network-words.ts'
import type { Place } from './place.ts'

export type Severity = 'info' | 'warning' | 'error'

export interface LinkExplanation {
  readonly severity: Severity
  /** One line beside the link. */
  readonly short: string
  /** What is wrong, and what to do; for one peer or several with the same trouble. */
  readonly title: string
  readonly text: string
}

export const linkStateWord = (state: LinkState): string => {
  switch (state) {
    case 'dialling':
      return 'Dialling'
    case 'waiting':
      return 'Waiting'
    case 'up':
      return 'Up'
    case 'quiet':
      return 'Quiet'
    case 'down':
      return 'Down'
  }
}

/** `2 ms`, and how far the last ones lie apart: `2 ms (1 to 40 ms in the last 8)`; nothing until it is measured. */
export const roundTripWords = ({ rttMs, roundTrips }: LinkSnapshot): string | undefined => {
  if (rttMs === undefined) return undefined
  const spread = roundTrips && spreadWords(roundTrips)
  return spread ? `${showMs(rttMs)} (${spread})` : showMs(rttMs)
}

/** `1 to 40 ms in the last 8`; nothing where there is one alone. */
export const spreadWords = ({ leastMs, mostMs, count }: RoundTripFigures): string | undefined =>
  count < 2 ? undefined : `${rangeWords(leastMs, mostMs)} in the last ${count}`

/** `1 to 40 ms`, `<1 ms`. */
const rangeWords = (leastMs: number, mostMs: number): string => {
  const [least, most] = [showMs(leastMs), showMs(mostMs)]
  if (least === most) return least
  return least.endsWith(' ms') && most.endsWith(' ms') ? `${least.slice(0, -3)} to ${most}` : `${least} to ${most}`
}

/** The line under a link; nothing when there is nothing to say. */
export const linkLine = (link: LinkSnapshot, place: Place): string | undefined => {
  if (link.state === 'up') return undefined
  if (link.state === 'quiet') return 'Nothing heard for some seconds; it may come back'
  if (link.similar !== undefined) return `Not open; ${link.similar} is. Names tell capital letters from small ones`
  if (link.reason) return explainLink(link.reason, [link.peer], place).short
  return link.state === 'dialling' ? 'Making a connection' : undefined
}

export const explainLink = (reason: LinkReason, peers: readonly string[], place: Place): LinkExplanation => {
  const who = listWords(peers)
  const isOne = peers.length === 1
  const are = isOne ? 'is' : 'are'
  const have = isOne ? 'has' : 'have'
  const it = isOne ? 'it' : 'them'
  switch (reason) {
    case 'not-there':
      return {
        severity: 'info',
        short: 'Not open yet; links by itself as soon as it is',
        title: `${who} ${are} not open yet`,
        text: `Open ${it} in another tab, or on another machine: this tab links by itself as soon as ${isOne ? 'it is' : 'they are'} there.`,
      }
    case 'gone':
      return {
        severity: 'warning',
        short: 'It was here and is gone; links again as soon as it is back',
        title: `${who} ${isOne ? 'was' : 'were'} here, and ${are} gone`,
        text: `The server does not know ${it} any more: a crashed or closed tab, or a machine that is asleep or off the network. Open ${it} again, or wait: this tab links by itself as soon as ${isOne ? 'it is' : 'they are'} back.`,
      }
    case 'said-bye':
      return {
        severity: 'info',
        short: 'It was closed; links again as soon as it is back',
        title: `${who} ${have} left`,
        text: `${isOne ? 'Its tab was' : 'Their tabs were'} closed or reloaded. This tab links again by itself as soon as ${isOne ? 'it is' : 'they are'} back.`,
      }
    case 'silent':
      return {
        severity: 'warning',
        short: 'Silent for 20 seconds; still trying',
        title: `${who} ${have} gone silent`,
        text: 'Nothing was heard for 20 seconds: a crashed tab, a sleeping machine, or a broken network in between. Bring the other tab to the front or reload it; this one keeps trying.',
      }
    case 'connection-lost':
      return {
        severity: 'warning',
        short: 'The connection broke; dialling again',
        title: `The connection to ${who} broke`,
        text: 'This tab is dialling again by itself. If it keeps happening, check the network between the two.',
      }
    case 'no-answer':
      return {
        severity: 'warning',
        short: 'It did not answer in time; trying again',
        title: `No answer from ${who}`,
        text: `The server knows ${it}, but no answer came in time: the other tab may be frozen in the background. Bring it to the front or reload it; this one keeps trying.`,
      }
    case 'connect-timeout':
      return {
        severity: 'warning',
        short: 'No connection came up in time; trying again',
        title: `No connection to ${who} came up in time`,
        text: `The two found each other, but their machines could not connect. ${networkAdvice(place)} This tab keeps trying.`,
      }
    case 'no-path':
      return {
        severity: 'warning',
        short: 'No network path between the two; trying again',
        title: `No network path to ${who}`,
        text: `The browser found no way from here to there. ${networkAdvice(place)} This tab keeps trying.`,
      }
    case 'bad-signature':
      return {
        severity: 'error',
        short: 'Its answer was not signed by its key: not linked',
        title: `Somebody tampered with the answer from ${who}`,
        text: 'It was not signed by the key that this tab knows, so no link was made. The signalling server, or somebody on the way to it, changed the answer. Tell whoever runs the server, and trust nothing there until it is explained.',
      }
    case 'offer-refused':
      return {
        severity: 'warning',
        short: 'It could not verify this tab’s offer; trying again',
        title: `${who} could not verify this tab`,
        text: `This tab’s offer did not arrive as it was signed: one of the two pages is old, or something on the way changed it. Reload both tabs; this one keeps trying.`,
      }
    case 'linked-already':
      return {
        severity: 'info',
        short: 'The same node as another upstream, and linked as that',
        title: `${who} ${isOne ? 'is a node that is' : 'are nodes that are'} linked already`,
        text: 'Another upstream of this tab has the same key, so the two names are one node, and one link is enough. Nothing is missed; take one of the names out of the address of this tab.',
      }
    case 'key-changed':
      return {
        severity: 'error',
        short: 'It has another key than before: not linked',
        title: `${who} ${have} a new key`,
        text: 'A new browser or one that can’t store its key, cleared browser data, or somebody who poses as another. If you know why, press “Trust the new key” beside the name under Links. If not, ask its owner first: until then no message passes between you.',
      }
    case 'wrong-key':
      return {
        severity: 'error',
        short: 'Its key is not the one in the address: not linked',
        title: `${who} ${are} not what this address means`,
        text: 'The address of this tab names one key (the part after “@”), and the node that is up under that name has another. Ask its owner for a fresh address; or, if you know why, take the part after “@” out of this one.',
      }
    case 'peer-full':
      return {
        severity: 'warning',
        short: 'It has as many neighbours as it takes; trying again',
        title: `${who} ${have} no room for another neighbour`,
        text: 'Name another node of this network as the upstream: messages reach you from any of them. Or wait; this tab tries again by itself.',
      }
    case 'peer-busy':
      return {
        severity: 'info',
        short: 'Busy with others; trying again in a moment',
        title: `${who} ${are} busy with others`,
        text: 'Other nodes are being taken in just now. Nothing to do: this tab tries again in a moment.',
      }
    case 'out-of-connections':
      return {
        severity: 'error',
        short: 'This page has no connections left; reload it',
        title: 'This page has used up its connections',
        text: 'A browser gives a page some hundred connections in its life, and does not give them back. Reload this tab: it keeps its name and its key, and links again.',
      }
    case 'webrtc-failed':
      return {
        severity: 'error',
        short: 'The browser could not make a connection',
        title: `The browser could not make a connection to ${who}`,
        text: 'WebRTC failed in this browser. Reload this tab; if it stays so, restart the browser, and see whether an extension or a policy blocks WebRTC.',
      }
    case 'server-divided':
      return {
        severity: 'warning',
        short: 'The server can’t reach it just now; trying again',
        title: `The server can’t introduce ${who} just now`,
        text: `The server runs in several parts, which can’t reach each other just now: ${isOne ? 'it is' : 'they are'} on another one than this tab, or not open. Nothing to do: this tab keeps trying. If it lasts, tell whoever runs the server.`,
      }
    case 'server-silent':
      return {
        severity: 'warning',
        short: 'The server did not answer in time; trying again',
        title: `The server did not answer about ${who} in time`,
        text: 'The signalling server passes the offer of a link on, and did not say that it has. It may be busy, or the network slow. This tab keeps trying.',
      }
    case 'server-offline':
      return {
        severity: 'warning',
        short: 'The server is unreachable, so nobody can introduce the two',
        title: `Nobody can introduce ${who}`,
        text: 'The signalling server is unreachable. This tab dials as soon as it is back.',
      }
    case 'wrong-version':
      return {
        severity: 'error',
        short: 'It runs another version of Grapevine: reload both tabs',
        title: `${who} ${isOne ? 'runs' : 'run'} another version of Grapevine`,
        text: 'One of the two pages is old. Reload both tabs; the one that was loaded first has the old version.',
      }
    case 'misbehaved':
      return {
        severity: 'warning',
        short: 'Cut off for a while: it sent what a node may not send',
        title: `${who} ${have} been cut off for a while`,
        text: 'What came from there was not what a node may send: an old version of this page, or a tampered one. Reload the other tab; this one lets it in again after a while.',
      }
  }
}

const networkAdvice = (place: Place): string =>
  place === 'this-machine'
    ? 'Even two tabs of one machine need a network, and one with a router: switch Wi-Fi on or plug in a cable, and see whether a VPN or a privacy extension blocks WebRTC. “Connection” in the lab tells more.'
    : 'Put both machines on the same network, without a VPN; many guest networks keep their guests apart.'
