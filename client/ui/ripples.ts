/** Milliseconds from one ripple of a node to its next: a node that publishes fast shows no more of them. */
const rippleMs = 700

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
    const due = [...this.#noted].filter((id) => ids.has(id) && now - (this.#latest.get(id) ?? -rippleMs) >= rippleMs)
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
