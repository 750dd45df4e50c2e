/** When a request arrived, and when its answer is due. Everything that the request waits for shares this time. */
export class Deadline {
  /** Milliseconds of the cluster's clock. */
  readonly arrivedAt: number
  readonly #endsAt: number

  constructor(arrivedAt: number, withinMs: number) {
    this.arrivedAt = arrivedAt
    this.#endsAt = performance.now() + withinMs
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now())
  }

  get isOver(): boolean {
    return this.leftMs === 0
  }

  /** The promise's value, or undefined if it does not settle in time. */
  wait<T>(promise: Promise<T>): Promise<T | undefined> {
    return within(this.leftMs, promise)
  }
}

/** The promise's value, or undefined if it does not settle within `timeMs`. */
export const within = async <T>(timeMs: number, promise: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeMs)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
