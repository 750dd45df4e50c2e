interface Call {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

/** The promises of `publish()` and `send()` that wait for the node in the other thread. */
export class PendingCalls {
  readonly #calls = new Map<number, Call>()
  #count = 0

  /** `start` gets the number of the call. */
  add<Result>(start: (call: number) => void): Promise<Result> {
    this.#count += 1
    const call = this.#count
    return new Promise<Result>((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      start(call)
    })
  }

  resolve(call: number, result: unknown): void {
    this.#end(call)?.resolve(result as never)
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
