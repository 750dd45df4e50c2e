import { entriesOf, type VerifiedBlock } from '../gossip/wire/block.ts'
import { encodeValue } from '../gossip/codec/cbor.ts'
import type { Entry } from '../gossip/wire/entry.ts'
import type { PublishOptions } from './api/grapevine.ts'
import type { Draft } from '../gossip/effects/gossip-event.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import { readDraftBody, readPublishOptions } from './shared/draft-body.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'

export interface PublisherOptions {
  readonly name: NodeName
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
}

interface Pending {
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: Error) => void
}

/** The promises of `publish()`. What is published before the node runs waits here; later the core holds it. */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #pending = new Map<number, Pending>()
  #waiting: Draft[] = []
  #publish: ((draft: Draft) => void) | undefined
  #ids = 0

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /**
   * Rejects with a TypeError, which names the place of a value that can't be carried, or with a RangeError, which names
   * size and limit. Every body that would prevent a block from being signed is refused here, since callers share blocks.
   */
  async add(value: unknown, options?: PublishOptions): Promise<Entry> {
    const extras = readPublishOptions(options)
    const body = readDraftBody(value)
    const bytes = encodeValue(body).length
    const { maxBodyBytes } = gossipLimits
    if (bytes > maxBodyBytes) throw new RangeError(`a body of ${bytes} bytes; the limit is ${maxBodyBytes}`)
    this.#ids += 1
    const draft: Draft = { id: this.#ids, time: this.#options.wallClock(), body, bytes, ...extras }
    return new Promise((resolve, reject) => {
      this.#pending.set(draft.id, { resolve, reject })
      if (this.#publish) this.#publish(draft)
      else this.#waiting.push(draft)
    })
  }

  /** The node runs: `publish` hands drafts to its core. */
  start(publish: (draft: Draft) => void): void {
    this.#publish = publish
    for (const draft of this.#waiting.splice(0)) publish(draft)
  }

  /** These drafts are the entries of this block. */
  published(ids: readonly number[], block: VerifiedBlock): void {
    const entries = entriesOf(block, [this.#options.name])
    for (const [index, id] of ids.entries()) {
      const entry = entries[index]
      if (entry) this.#pending.get(id)?.resolve(entry)
      this.#pending.delete(id)
    }
  }

  unpublished(ids: readonly number[], error: Error): void {
    for (const id of ids) {
      this.#pending.get(id)?.reject(error)
      this.#pending.delete(id)
    }
  }

  /** Rejects all that is not published yet: it would come late if the node ran again in an hour. */
  rejectWaiting(error: Error): void {
    this.#waiting = []
    this.unpublished([...this.#pending.keys()], error)
  }
}
