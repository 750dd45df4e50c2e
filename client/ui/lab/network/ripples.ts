/** Milliseconds between two ripples of one node, also if it publishes more often. */
const rippleMs = 700

/** Ripples at one time. More of them show less in a busy network, and each costs a repaint of the whole picture. */
const mostAtOnce = 6

/** Counts the ripples of each node that has published: one begins at most every `rippleMs` milliseconds. */
export class Ripples {
  #counts: ReadonlyMap<string, number> = new Map()
  readonly #latest = new Map<string, number>()
  readonly #noted = new Set<string>()

  /** A new object whenever a count has grown. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  note(id: string): void {
    this.#noted.add(id)
  }

  /** Starts ripples of the nodes noted since the last call. `ids` are the drawn nodes; all others are forgotten. */
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
