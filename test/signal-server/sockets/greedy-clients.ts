import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'

export interface GreedyClientsOptions {
  readonly port: number
  /** The loopback address of the connections. */
  readonly localAddress: string
  readonly connections: number
  /** Sent first. The server answers it. */
  readonly opening?: string
  /** The frames that the connections send without pause, in turn. */
  readonly flood: readonly Uint8Array[]
  readonly isReading: boolean
}

/** Connections that send without pause until the server ends them. They run in a separate thread. */
export class GreedyClients {
  readonly #worker: Worker
  readonly #counts = { began: 0, ended: 0 }

  constructor(options: GreedyClientsOptions) {
    const { opening = '', ...others } = options
    this.#worker = new Worker(new URL('./greedy-client.js', import.meta.url), { workerData: { opening, ...others } })
    this.#worker.on('message', (what: 'began' | 'ended') => (this.#counts[what] += 1))
    onTestFinished(async () => void (await this.#worker.terminate()))
  }

  /** Resolves once this many connections have begun to flood. */
  began(count: number): Promise<void> {
    return this.#reached('began', count)
  }

  /** Resolves once this many connections have ended. */
  ended(count: number): Promise<void> {
    return this.#reached('ended', count)
  }

  async #reached(what: 'began' | 'ended', count: number): Promise<void> {
    while (this.#counts[what] < count) await once(this.#worker, 'message')
  }
}
