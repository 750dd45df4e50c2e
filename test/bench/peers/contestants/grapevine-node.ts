/** Grapevine's node without its page: the built page, whose elements leave the document as soon as its scripts have run. */
import type { Open } from '../tab/contestant.ts'
import { asContestant, runningNode } from './running-page.ts'

export const open: Open = async () => {
  const node = await runningNode()
  document.querySelector('grapevine-page')?.remove()
  return asContestant(node)
}
