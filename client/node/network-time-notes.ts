import type { GossipCore } from '../gossip/core.ts'
import type { BlockStorePort } from './shared/node-ports.ts'

/** Milliseconds of network time that a tab that is killed may lose: its messages are kept for so much longer. */
const noteEveryMs = 60_000

/** Has the node's network time stored, from which stored logs have their ages (rule R2). */
export class NetworkTimeNotes {
  readonly #core: Pick<GossipCore, 'networkMs'>
  readonly #store: Pick<BlockStorePort, 'note'>
  #notedMs: number

  constructor(core: Pick<GossipCore, 'networkMs'>, store: Pick<BlockStorePort, 'note'>) {
    this.#core = core
    this.#store = store
    this.#notedMs = core.networkMs
  }

  /** After every event. */
  look(): void {
    const { networkMs } = this.#core
    if (networkMs - this.#notedMs < noteEveryMs) return
    this.#notedMs = networkMs
    this.#store.note(networkMs)
  }
}
