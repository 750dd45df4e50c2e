import type { Entry } from '../gossip/entry.ts'

export const windowLimits = {
  /** Entries in the DOM. 500 rows of markup cost a few ms a frame; a reader scrolls through fewer. */
  entriesInView: 500,
} as const

export interface MessageWindow {
  /** Index of the first entry in view, and one past the last. */
  readonly start: number
  readonly end: number
}

/**
 * The entries in view: the newest ones. For a reader who scrolled up, `held` is the first entry that was in view then:
 * the view stays on it, so that nothing is pulled away while it is read. If retention has dropped `held`, the newest.
 */
export const pickWindow = (entries: readonly Entry[], held?: Entry): MessageWindow => {
  const total = entries.length
  const newest = Math.max(0, total - windowLimits.entriesInView)
  const index = held ? entries.indexOf(held) : -1
  const start = index < 0 ? newest : Math.min(index, newest)
  return { start, end: Math.min(total, start + windowLimits.entriesInView) }
}

/** The entries after `last` in the order of delivery; all of them if `last` is not among them any more. */
export const pickAfter = (entries: readonly Entry[], last: Entry | undefined): readonly Entry[] =>
  entries.slice(last ? entries.lastIndexOf(last) + 1 : 0)
