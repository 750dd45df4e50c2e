import type { SendFailure } from '../../gossip/effects/gossip-effect.ts'
import type { NodeErrorState, NodeState } from './node-state.ts'

/** An option of `createNode` that is malformed. */
export type BadOption = 'bad-name' | 'bad-net' | 'bad-upstream' | 'bad-server' | 'bad-token' | 'bad-retention'

/** Why a message was not sent, though the node runs. */
type Refusal = SendFailure | 'too-many-ephemerals'

type Reason = NodeErrorState['reason'] | BadOption | Refusal

/** Why a node can't be created, does not start, or does not publish or send. `message` is for a person. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** The error of a node that does not run. */
export const notRunningError = (state: NodeErrorState): NodeError => new NodeError(state.reason, wordsOf(state))

/** Throws the error of a node that does not run. */
export const assertRuns = (state: NodeState): void => {
  if (state.status === 'error') throw notRunningError(state)
}

/** The error of a message that a node that runs did not send. */
export const refusedError = (reason: Refusal): NodeError => new NodeError(reason, refusals[reason])

const refusals: Readonly<Record<Refusal, string>> = {
  'not-linked': 'not sent: no link to that node is up; links() lists the nodes that can be reached',
  'link-ended': 'the link ended before the other node confirmed the message; it may have arrived',
  'send-queue-full': 'not sent: more than 64 MiB wait to be sent; wait until earlier messages have arrived',
  'no-room-there': 'not sent: the other node receives too much at once; send it again later',
  'too-many-ephemerals':
    'not published: more ephemeral messages than other nodes accept; publish only the latest of them',
}

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
