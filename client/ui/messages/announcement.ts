import { cutText } from '../../gossip/wire/cut-text.ts'
import type { Entry } from '../../gossip/wire/entry.ts'
import { showBody } from '../words/entry-body.ts'

/**
 * Milliseconds. Messages that arrive within this time are announced together: a screen reader reads about three words
 * a second, so it would fall further and further behind if it read every message of a busy network.
 */
export const announceEveryMs = 2_500

/** The number of characters of a message that are read aloud; the log shows the rest. */
const readAloudChars = 120

/** Messages that are not announced yet. */
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
