import type { Duplex } from 'node:stream'

/**
 * By the time it asks whether to let a connection in, Engine.IO listens for its close, on behalf of middlewares; that
 * listener would keep the whole upgrade request for as long as the connection lives, a tenth of an idle socket's memory.
 * Without middlewares nobody needs it.
 */
export class UpgradeListeners {
  #before: readonly unknown[] = []

  /** Before Engine.IO gets the stream. */
  note(stream: Duplex): void {
    this.#before = stream.rawListeners('close')
  }

  /** When Engine.IO asks, which it does at once: before anybody else listens. */
  release(stream: Duplex): void {
    for (const listener of stream.rawListeners('close')) {
      if (!this.#before.includes(listener)) stream.off('close', listener as () => void)
    }
    this.#before = []
  }
}
