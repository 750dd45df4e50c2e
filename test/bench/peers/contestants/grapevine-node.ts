/** Grapevine's node without its page, as an application embeds it. */
import { createNode } from '../../../../client/node/create/create-node.ts'
import type { Open } from '../tab/contestant.ts'
import { asContestant } from './grapevine-contestant.ts'

export const open: Open = async ({ name, upstream, introducer }) => {
  const node = createNode({ name, upstreams: upstream === undefined ? [] : [upstream], server: introducer })
  // The benchmark looks at its stored messages, as at those of a page.
  Object.assign(window, { grapevine: node })
  return asContestant(node)
}
