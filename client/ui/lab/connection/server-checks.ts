import type { Diagnosis } from '../../../node/api/diagnosis.ts'
import { shortPeerId } from '../../../gossip/wire/peer-id.ts'
import { checkOf, type ConnectionCheck, type Observation, pending } from '../../words/connection-check.ts'
import { countWords, listWords } from '../../words/listing.ts'
import type { ServerContact } from '../../../node/api/server-contact.ts'

/** The connection to the signalling server, step by step. */
export const describeServerChecks = (
  { contact, name, peerId, state, iceServers }: Diagnosis,
  host: string,
): readonly ConnectionCheck[] => {
  const isHeldHere = state.status === 'error' && state.reason === 'name-open-here'
  // A node that has ended contacts no server.
  const isOver = state.status === 'error' && contact.step === 'none'
  const registered: Observation = isHeldHere
    ? ['failed', `${name} is open in another tab of this browser`]
    : registeredSeen(contact, `${name}, key ${shortPeerId(peerId)}`, name)
  return [
    checkOf('http', 'The server is reachable', isOver ? pending : httpSeen(contact, host)),
    checkOf('websocket', 'A WebSocket connects', isOver ? pending : socketSeen(contact)),
    checkOf('registered', 'This node is registered', registered),
    ...iceServerChecks(iceServers),
  ]
}

/** If all servers are used, there is no check here: the checks of each upstream show whether a server is needed. */
const iceServerChecks = ({ stun, turn, leftOut }: Diagnosis['iceServers']): readonly ConnectionCheck[] => {
  if (leftOut.length === 0) return []
  const rest = stun + turn === 0 ? 'No server is left.' : 'The others are used.'
  const seen = `Not used, since this browser rejects it: ${listWords(leftOut)}. ${rest}`
  return [checkOf(leftOutKey, 'The STUN and TURN servers can be used', ['failed', seen])]
}

/** The only server check whose failure does not prevent links on the node's own network. */
export const leftOutKey = 'ice-servers-used'

const httpSeen = (contact: ServerContact, host: string): Observation => {
  switch (contact.step) {
    case 'none':
      return ['waiting', 'Not contacted yet']
    case 'connecting':
      return ['waiting', `Contacting ${host}`]
    case 'lost':
      return ['waiting', `The connection to ${host} broke; trying again`]
    case 'no-websocket':
      if (contact.reason === 'server-unreachable') {
        return ['failed', `No answer from ${host} after ${countWords(contact.tries, 'try', 'tries')}`]
      }
      if (contact.reason === 'server-silent') return ['failed', `No answer from ${host} in time`]
      return contact.reason === 'path-not-forwarded'
        ? ['failed', `Something else answers at ${host}${contact.path}`]
        : ['ok', `${host} answers`]
    case 'registering':
    case 'refused':
    case 'registered':
      return ['ok', `${host} answers`]
  }
}

const socketSeen = (contact: ServerContact): Observation => {
  switch (contact.step) {
    case 'none':
    case 'lost':
      return pending
    case 'connecting':
      return ['waiting', 'Opening']
    case 'no-websocket':
      return noSocketSeen(contact)
    case 'registered':
      return contact.cutAfterMs === undefined ? ['ok', 'Open'] : ['failed', 'Open, but cut repeatedly']
    case 'registering':
    case 'refused':
      return ['ok', 'Open']
  }
}

const noSocketSeen = (contact: Extract<ServerContact, { step: 'no-websocket' }>): Observation => {
  switch (contact.reason) {
    case 'server-unreachable':
    case 'server-silent':
    case 'path-not-forwarded':
      return pending
    case 'websocket-blocked':
      return ['failed', 'The server answers plain HTTP, but no WebSocket reaches it']
    case 'upgrade-not-passed':
      return ['failed', 'It reaches the server as a plain request']
    case 'websocket-held':
      return ['failed', 'The server accepted it, but its answer did not arrive']
    case 'websocket-cut':
      return ['failed', 'Cut repeatedly']
    case 'host-refused':
      return ['failed', `The server does not accept the host name ${contact.host}`]
    case 'host-not-passed':
      return ['failed', `The server received a request for ${contact.host || 'no host'} instead of this page’s host`]
    case 'origin-rewritten':
      return ['failed', `The server received ${contact.origin || 'no origin'} instead of this page’s origin`]
    case 'origin-refused':
      return ['failed', `The server accepts none from a page of ${contact.origin}`]
    case 'server-refused':
      return ['failed', 'The server accepts no more of them at the moment']
  }
}

const registeredSeen = (contact: ServerContact, node: string, name: string): Observation => {
  switch (contact.step) {
    case 'none':
    case 'connecting':
    case 'no-websocket':
    case 'lost':
      return pending
    case 'registering':
      return ['waiting', `Requesting the name ${name}`]
    case 'registered':
      return ['ok', node]
    case 'refused':
      return [contact.reason === 'name-reserved' ? 'waiting' : 'failed', refusedWords(name)[contact.reason]]
  }
}

const refusedWords = (
  name: string,
): Readonly<Record<Extract<ServerContact, { step: 'refused' }>['reason'], string>> => ({
  'name-taken': `Another key has the name ${name}`,
  'name-reserved': `Another key had the name ${name} a moment ago; the server reserves it for ten seconds`,
  'token-missing': 'The address has no access token, but this network needs one',
  'access-denied': 'The access token in the address is wrong for this network',
  'server-refused': 'The server refused this node',
  'no-acknowledgement': 'The server accepted the WebSocket, but then did not answer',
})
