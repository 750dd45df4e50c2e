import type { GrapevineNode } from '../../../../client/node/api/grapevine.ts'
import type { OpenNode } from '../tab/contestant.ts'

/** A node of Grapevine as the benchmark uses it. It accepts messages while it starts, and sends them once a link is up. */
export const asContestant = (node: GrapevineNode): OpenNode => ({
  publish: (bytes) => node.publish(bytes),
  onMessage: (listener) => {
    node.on('entry', ({ peerId, body }) => {
      if (peerId !== node.peerId && body instanceof Uint8Array) listener(body)
    })
  },
})
