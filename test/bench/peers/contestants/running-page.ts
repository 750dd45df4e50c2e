import type { GrapevineNode } from '../../../../client/node/api/grapevine.ts'
import type { OpenNode } from '../tab/contestant.ts'

/** The node of this page, once the scripts of the page have run. */
export const runningNode = async (): Promise<GrapevineNode> => {
  if (document.readyState === 'loading') {
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
  }
  const { grapevine } = window as { readonly grapevine?: GrapevineNode }
  if (!grapevine) throw new Error('the page runs no node')
  return grapevine
}

/** A node of Grapevine as the benchmark uses it. It accepts messages while it starts, and sends them once a link is up. */
export const asContestant = (node: GrapevineNode): OpenNode => ({
  publish: (bytes) => node.publish(bytes),
  onMessage: (listener) => {
    node.on('entry', ({ peerId, body }) => {
      if (peerId !== node.peerId && body instanceof Uint8Array) listener(body)
    })
  },
})
