import type { GrapevineNode } from './api/grapevine.ts'
import { notRunningError } from './api/node-error.ts'

/** The promise `ready` of a node that is being created. A page that does not use it shows the state instead. */
export const firstState = (node: Pick<GrapevineNode, 'on'>): Promise<void> => {
  const ready = new Promise<void>((resolve, reject) => {
    const undo = node.on('state', (state) => {
      if (state.status === 'starting') return
      undo()
      if (state.status === 'error') reject(notRunningError(state))
      else resolve()
    })
  })
  ready.catch(() => {})
  return ready
}
