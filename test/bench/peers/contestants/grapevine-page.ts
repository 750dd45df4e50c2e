/** Grapevine as a person uses it: the built page, which draws its messages, its links and its lab. */
import type { GrapevineNode } from '../../../../client/node/api/grapevine.ts'
import type { Open } from '../tab/contestant.ts'
import { asContestant } from './grapevine-contestant.ts'

export const open: Open = async () => {
  // Its node is there when the scripts of the page have run.
  if (document.readyState === 'loading') {
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
  }
  const { grapevine } = window as { readonly grapevine?: GrapevineNode }
  if (!grapevine) throw new Error('the page runs no node')
  return asContestant(grapevine)
}
