/** Grapevine as a person uses it: the built page, which draws its messages, its links and its lab. */
import type { Open } from '../tab/contestant.ts'
import { asContestant, runningNode } from './running-page.ts'

export const open: Open = async () => asContestant(await runningNode())
