import type { ClaimClock } from '../../client/storage/claim.ts'

/** Time that passes only when it is told to. */
export class VirtualClock implements ClaimClock {
  #now = 1_000_000
  #order = 0
  readonly #timers = new Map<number, { readonly at: number; readonly action: () => void }>()

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): () => void {
    this.#order += 1
    const id = this.#order
    this.#timers.set(id, { at: this.#now + delayMs, action })
    return () => this.#timers.delete(id)
  }

  /** Runs what is due within the next `ms`, in order, each at its time, with all promises settled in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settle()
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)
      if (!next) break
      const [id, { at, action }] = next
      this.#timers.delete(id)
      this.#now = at
      action()
    }
    this.#now = end
  }
}

/** A message to oneself arrives after every promise that can settle has done so. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
