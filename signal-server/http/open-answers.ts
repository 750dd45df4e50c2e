import type { ServerResponse } from 'node:http'

/**
 * Answers that are not sent in full yet. Node's own `close()` treats an answer as sent once its last byte is buffered, and
 * so cuts off slow readers.
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

  /** Resolves once every answer is sent, or after `withinMs`. */
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
