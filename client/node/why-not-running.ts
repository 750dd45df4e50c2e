import type { NodeError } from './api/grapevine.ts'

/** What `publish()` rejects with, for the console of an application. */
export const whyNotRunning = (state: NodeError): Error => new Error(wordsOf(state))

const wordsOf = (state: NodeError): string => {
  switch (state.reason) {
    case 'name-open-here':
      return `the node does not run: another tab of this browser is ${state.name}`
    case 'name-taken':
      return `the node does not run: somebody else is ${state.name}`
    case 'replaced':
      return `the node does not run: ${state.name} was started elsewhere with the same key`
    case 'webrtc-unavailable':
      return 'the node does not run: this browser has no WebRTC'
    case 'stopped':
      return 'the node has stopped'
    case 'fault':
      return `the node does not run: ${state.message}`
  }
}
