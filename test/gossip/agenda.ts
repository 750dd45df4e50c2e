interface Action {
  readonly at: number
  readonly run: () => void
}

/** What is to happen when; at one time in the order in which it was added. */
export class Agenda {
  /** The last to happen first, and of one time the last added first: the next is at the end. */
  readonly #actions: Action[] = []

  /** Infinity if there is none. */
  get nextAt(): number {
    return this.#actions.at(-1)?.at ?? Infinity
  }

  add(at: number, run: () => void): void {
    this.#actions.splice(this.#actions.findLastIndex((action) => action.at > at) + 1, 0, { at, run })
  }

  runNext(): void {
    this.#actions.pop()?.run()
  }
}
