/** Milliseconds from one ripple of a node to its next: a node that publishes fast shows no more of them. */
const rippleMs = 700

/** Ripples at a time: in a network where everybody talks, more of them tell less and cost a repaint of the whole picture. */
const mostAtOnce = 6

/** Who has just published: counts up for a node when a ripple of its is due, at most once in its time. */
export class Ripples {
  #counts: ReadonlyMap<string, number> = new Map()
  readonly #latest = new Map<string, number>()
  readonly #noted = new Set<string>()

  /** A new object whenever one has grown. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  note(id: string): void {
    this.#noted.add(id)
  }

  /** Lets ripples begin that were noted since; `ids` are the nodes drawn, and no others are kept. */
  release(ids: ReadonlySet<string>, now: number): void {
    for (const id of this.#latest.keys()) if (!ids.has(id)) this.#latest.delete(id)
    const isSpreading = (id: string): boolean => now - (this.#latest.get(id) ?? -rippleMs) < rippleMs
    const free = mostAtOnce - [...this.#latest.keys()].filter(isSpreading).length
    const due = [...this.#noted].filter((id) => ids.has(id) && !isSpreading(id)).slice(0, free)
    this.#noted.clear()
    if (due.length === 0) return
    const counts = new Map([...this.#counts].filter(([id]) => ids.has(id)))
    for (const id of due) {
      counts.set(id, (counts.get(id) ?? 0) + 1)
      this.#latest.set(id, now)
    }
    this.#counts = counts
  }
}
