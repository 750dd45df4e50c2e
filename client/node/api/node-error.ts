import type { NodeErrorState } from './node-state.ts'

/** An option of `createNode` that is malformed. */
export type BadOption = 'bad-name' | 'bad-net' | 'bad-upstream' | 'bad-server' | 'bad-token' | 'bad-retention'

/** Why a node can't be created, does not start, or does not publish. `message` is for a person. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly reason: NodeErrorState['reason'] | BadOption

  constructor(reason: NodeErrorState['reason'] | BadOption, message: string) {
    super(message)
    this.reason = reason
  }
}

/** The error of a node that does not run. */
export const notRunningError = (state: NodeErrorState): NodeError => new NodeError(state.reason, wordsOf(state))

const wordsOf = (state: NodeErrorState): string => {
  switch (state.reason) {
    case 'name-open-here':
      return `the node does not run: another node of this browser or this folder runs ${state.name}`
    case 'name-taken':
      return `the node does not run: another key has registered the name ${state.name}`
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
