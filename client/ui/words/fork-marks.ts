import type { Entry } from '../../gossip/wire/entry.ts'
import type { Fork } from '../../node/api/grapevine.ts'

/** What the page shows about the fork at a message of a forked log. */
export interface ForkMark {
  readonly fork: Fork
  /** Where the note belongs: at the first forked message, or after the last one before the fork; undefined: no note. */
  readonly place: 'here' | 'after-this' | undefined
}

const logKey = ({ peerId, epoch }: Pick<Entry, 'peerId' | 'epoch'>): string => `${peerId}/${epoch}`

export const forkedSeq = ({ proof }: Fork): number => proof[0].entries[0]?.seq ?? 1

/**
 * Marks the messages of forked logs. A node accepts nothing more of a log from its fork on. History below the fork may
 * still come, but moves no note, so the marks need no updates.
 */
export class ForkMarks {
  readonly #forks = new Map<string, { readonly fork: Fork; readonly noteAt: number }>()

  constructor(forks: readonly Fork[] = [], entries: readonly Entry[] = []) {
    for (const fork of forks) this.#forks.set(logKey(fork), { fork, noteAt: forkedSeq(fork) - 1 })
    if (forks.length === 0) return
    for (const entry of entries) {
      const mark = this.#forks.get(logKey(entry))
      const seq = mark && forkedSeq(mark.fork)
      if (mark && entry.seq === seq) this.#forks.set(logKey(entry), { fork: mark.fork, noteAt: seq })
    }
  }

  of(entry: Entry): ForkMark | undefined {
    if (this.#forks.size === 0) return undefined
    const mark = this.#forks.get(logKey(entry))
    if (!mark) return undefined
    const { fork, noteAt } = mark
    if (entry.seq !== noteAt) return { fork, place: undefined }
    return { fork, place: noteAt === forkedSeq(fork) ? 'here' : 'after-this' }
  }
}
