import { cutText } from '../../gossip/wire/cut-text.ts'
import type { Entry } from '../../gossip/wire/entry.ts'
import { showBody } from '../words/entry-body.ts'

/**
 * Messages that come within this time are announced together: a screen reader reads about three words a second, and
 * one that reads every message of a busy network never comes to the end.
 */
export const announceEveryMs = 2_500

/** Characters of a message read aloud; the rest is in the log. */
const readAloudChars = 120

/** Messages not announced yet. */
export interface Arrivals {
  readonly count: number
  readonly newest: Entry
}

export const describeArrivals = ({ count, newest }: Arrivals): string => {
  const text = cutText(showBody(newest).preview, readAloudChars)
  return count === 1
    ? `${newest.author}: ${text}`
    : `${count.toLocaleString('en')} new messages, the newest from ${newest.author}: ${text}`
}
