import { entryOf, partOf, type VerifiedBlock } from '../gossip/wire/block.ts'
import { encodeValue } from '../gossip/codec/cbor.ts'
import type { Entry } from '../gossip/wire/entry.ts'
import type { PublishOptions } from './api/grapevine.ts'
import type { GossipEvent } from '../gossip/effects/gossip-event.ts'
import type { Ephemeral } from '../gossip/wire/ephemeral.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import { readDraftBody, readPublishOptions } from './shared/draft-body.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'

type PublishEvent = Extract<GossipEvent, { type: 'publish' | 'publish-ephemeral' }>

export interface PublisherOptions {
  readonly name: NodeName
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
}

interface Pending {
  readonly body: Entry['body']
  readonly resolve: (message: Entry | Ephemeral) => void
  readonly reject: (error: Error) => void
}

/** The promises of `publish()`. What is published before the node runs waits here; later the core holds it. */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #pending = new Map<number, Pending>()
  #waiting: PublishEvent[] = []
  #publish: ((event: PublishEvent) => void) | undefined
  #ids = 0

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /**
   * Rejects with a TypeError, which names the place of a value that can't be carried, or with a RangeError, which names
   * size and limit. Every body that would prevent a block from being signed is refused here, since callers share blocks.
   */
  async add(value: unknown, options?: PublishOptions): Promise<Entry | Ephemeral> {
    const { ephemeral, ...extras } = readPublishOptions(options)
    const body = readDraftBody(value)
    const encoded = encodeValue(body)
    const bytes = encoded.length
    const { maxBodyBytes, maxLargeBodyBytes, maxEphemeralBodyBytes } = gossipLimits
    const most = ephemeral ? maxEphemeralBodyBytes : maxLargeBodyBytes
    if (bytes > most) throw new RangeError(`a body of ${bytes} bytes; the limit is ${most}`)
    this.#ids += 1
    const draft = { id: this.#ids, time: this.#options.wallClock(), body, bytes }
    const event: PublishEvent = ephemeral
      ? { type: 'publish-ephemeral', ...draft, topic: extras.topic }
      : { type: 'publish', ...draft, ...extras, ...(bytes > maxBodyBytes && { encoded }) }
    return new Promise((resolve, reject) => {
      this.#pending.set(draft.id, { resolve, reject, body })
      if (this.#publish) this.#publish(event)
      else this.#waiting.push(event)
    })
  }

  /** The node runs: `publish` hands events to its core. */
  start(publish: (event: PublishEvent) => void): void {
    this.#publish = publish
    for (const event of this.#waiting.splice(0)) publish(event)
  }

  /**
   * These drafts are the entries of this block, or the block has the last part of a large one. `delivered`: the entries; none if
   * this node has no room for what it publishes, which its neighbours may have.
   */
  published(ids: readonly number[], block: VerifiedBlock, delivered: readonly Entry[]): void {
    const path = [this.#options.name]
    for (const [index, id] of ids.entries()) {
      const pending = this.#pending.get(id)
      const blockEntry = block.entries[index]
      const seq = block.firstSeq + index - (partOf(block)?.index ?? 0)
      if (pending && blockEntry) {
        pending.resolve(delivered[index] ?? entryOf(block, seq, { ...blockEntry, body: pending.body }, path))
      }
      this.#pending.delete(id)
    }
  }

  /** This draft is published. */
  resolve(id: number, message: Entry | Ephemeral): void {
    this.#pending.get(id)?.resolve(message)
    this.#pending.delete(id)
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
