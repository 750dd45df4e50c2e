import type { LinkSnapshot, NodeErrorState, NodeState, OfflineReason, StartWait } from '../../node/api/grapevine.ts'
import { countWords, listWords } from '../words/listing.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'

export interface StatusWords {
  /** The `data-state` attribute. */
  readonly status: NodeState['status']
  readonly word: string
  readonly detail: string
}

/** A node's state in a few words; `state` is undefined while there is no node. */
export const describeStatus = (
  state: NodeState | undefined,
  links: readonly LinkSnapshot[],
  problems: readonly AddressProblem[],
): StatusWords => {
  if (!state) {
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (errors.length === 0) return { status: 'starting', word: 'Starting', detail: 'one moment' }
    const isFull = errors.every(({ kind }) => kind === 'class-full')
    return { status: 'error', word: 'Not running', detail: isFull ? 'the class is full' : 'the address has an error' }
  }
  const up = links.filter((link) => link.state === 'up' || link.state === 'quiet').length
  switch (state.status) {
    case 'starting':
      return { status: 'starting', word: 'Starting', detail: state.waitsFor ? waitWords[state.waitsFor] : 'one moment' }
    case 'online':
      return { status: 'online', word: 'Online', detail: describeLinks(links, up) }
    case 'offline': {
      const why = offlineWords[state.reason]
      return {
        status: 'offline',
        word: 'Offline',
        detail: up > 0 ? `${why}; ${countWords(up, 'link still works', 'links still work')}` : `${why}, no links`,
      }
    }
    case 'error':
      return { status: 'error', word: 'Not running', detail: errorWords[state.reason] }
  }
}

const waitWords: Readonly<Record<StartWait, string>> = {
  name: 'waiting for the browser',
  storage: 'waiting for storage',
  'reserved-name': 'the name is reserved',
}

const describeLinks = (links: readonly LinkSnapshot[], up: number): string => {
  if (up > 0) return `linked to ${countWords(up, 'node', 'nodes')}`
  const awaited = links.filter(({ direction }) => direction === 'upstream').map(({ peer }) => peer)
  return awaited.length > 0 ? `waiting for ${listWords(awaited)}` : 'no links yet'
}

const errorWords: Readonly<Record<NodeErrorState['reason'], string>> = {
  'name-open-here': 'open in another tab',
  'name-taken': 'the name is taken',
  replaced: 'opened elsewhere',
  'webrtc-unavailable': 'no WebRTC',
  stopped: 'stopped',
  fault: 'failed',
}

const offlineWords: Readonly<Record<OfflineReason, string>> = {
  'name-taken': 'the name is taken',
  'name-reserved': 'the name is reserved',
  'token-missing': 'no access',
  'access-denied': 'no access',
  'server-unreachable': 'no server',
  'websocket-blocked': 'no server',
  'upgrade-not-passed': 'no server',
  'websocket-held': 'no server',
  'websocket-cut': 'no server',
  'host-refused': 'no server',
  'host-not-passed': 'no server',
  'origin-rewritten': 'no server',
  'origin-refused': 'no server',
  'path-not-forwarded': 'no server',
  'server-refused': 'no server',
  'server-silent': 'no server',
}
