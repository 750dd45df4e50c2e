import type { Bundle } from '../bundles.ts'
import type { Contestant } from '../contestant-list.ts'
import type { Venue } from '../venue.ts'

/** What one repetition measured: the figure of each row by its id. Absent: the contestant gave up, or has no such figure. */
export type Sample = Readonly<Record<string, number>>

/** One turn of one contestant. */
export interface Turn {
  readonly contestant: Contestant
  readonly bundle: Bundle
  readonly venue: Venue
  readonly chromePath: string
  readonly isQuick: boolean
  /** A line for the person who waits, such as the reason why a figure is missing. */
  readonly note: (text: string) => void
}
