import type { Entry } from '../../gossip/wire/entry.ts'

interface Call {
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: Error) => void
}

/** The promises of `publish()` that wait for the node in the other thread. */
export class PendingCalls {
  readonly #calls = new Map<number, Call>()
  #count = 0

  /** `start` gets the number of the call. */
  add(start: (call: number) => void): Promise<Entry> {
    this.#count += 1
    const call = this.#count
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      start(call)
    })
  }

  resolve(call: number, entry: Entry): void {
    this.#end(call)?.resolve(entry)
  }

  reject(call: number, error: Error): void {
    this.#end(call)?.reject(error)
  }

  rejectAll(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error)
    this.#calls.clear()
  }

  #end(call: number): Call | undefined {
    const found = this.#calls.get(call)
    this.#calls.delete(call)
    return found
  }
}
