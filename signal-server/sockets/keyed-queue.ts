/** Runs the tasks of one key in order, one after another; tasks of different keys run concurrently. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>()

  /** Resolves once the task is done. It must not reject. */
  run(key: string, task: () => Promise<void>): Promise<void> {
    const before = this.#last.get(key)
    const done = before ? before.then(task) : task()
    this.#last.set(key, done)
    void this.#forgetAfter(key, done)
    return done
  }

  /** Resolves when no task of the key is running or queued; undefined if there is none. */
  idle(key: string): Promise<void> | undefined {
    return this.#last.get(key)
  }

  async #forgetAfter(key: string, done: Promise<void>): Promise<void> {
    await done
    if (this.#last.get(key) === done) this.#last.delete(key)
  }
}
