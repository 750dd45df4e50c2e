import type { ServerResponse } from 'node:http'

/**
 * Answers that have not been sent in full. Node's own `close()` takes an answer for done once its last byte is
 * buffered, and cuts off who reads slowly.
 */
export class OpenAnswers {
  readonly #open = new Set<ServerResponse>()
  #onEmpty: (() => void) | undefined

  add(response: ServerResponse): void {
    this.#open.add(response)
    response.once('close', () => {
      this.#open.delete(response)
      if (this.#open.size === 0) this.#onEmpty?.()
    })
  }

  /** Resolves once there is none, or after `withinMs`. */
  async sent(withinMs: number): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
