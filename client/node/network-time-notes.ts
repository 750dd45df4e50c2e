import type { GossipCore } from '../gossip/core.ts'
import type { BlockStorePort } from './shared/node-ports.ts'

/** Milliseconds of network time that a killed tab may lose; its stored messages are then kept for as much longer. */
const noteEveryMs = 60_000

/** Stores the node's network time, which gives stored logs their ages (rule R2), once a minute. */
export class NetworkTimeNotes {
  readonly #core: Pick<GossipCore, 'networkMs'>
  readonly #store: Pick<BlockStorePort, 'note'>
  #notedMs: number

  constructor(core: Pick<GossipCore, 'networkMs'>, store: Pick<BlockStorePort, 'note'>) {
    this.#core = core
    this.#store = store
    this.#notedMs = core.networkMs
  }

  /** Called after every event of the core. */
  update(): void {
    const { networkMs } = this.#core
    if (networkMs - this.#notedMs < noteEveryMs) return
    this.#notedMs = networkMs
    this.#store.note(networkMs)
  }
}
