import { entriesOf, type VerifiedBlock } from '../gossip/wire/block.ts'
import { BodyRefusal, readBody } from '../gossip/wire/body.ts'
import type { Entry, JsonValue } from '../gossip/wire/entry.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import { signBlock } from './codec/signed-block.ts'
import { encodeValue } from './codec/frame-codec.ts'
import type { OpenedIdentity } from './shared/node-ports.ts'

export interface PublisherOptions {
  readonly name: NodeName
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
  /** Spreads the signed block. When it returns, the block's entries have been delivered at this node. */
  readonly publish: (block: VerifiedBlock) => void
}

interface Waiting {
  readonly body: JsonValue | Uint8Array
  readonly bytes: number
  readonly time: number
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: Error) => void
}

/**
 * Signs what this node publishes, in the order of the calls. Entries published while a signature is being made share the
 * next block (group commit): one ping is one small block at once, and a burst costs few signatures.
 */
export class Publisher {
  readonly #options: PublisherOptions
  #waiting: Waiting[] = []
  #author: OpenedIdentity | undefined
  #isSigning = false
  #height = 0
  #seq = 0
  #prev = ''

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /**
   * Rejects with a TypeError, which names the place of a value that can't be carried, or with a RangeError, which names
   * size and limit. Every body that would prevent a block from being signed is refused here, since callers share blocks.
   */
  async add(body: unknown): Promise<Entry> {
    const parsed = readBody(body)
    if (parsed instanceof BodyRefusal) {
      throw parsed.kind === 'too-large' ? new RangeError(parsed.message) : new TypeError(parsed.message)
    }
    const bytes = encodeValue(parsed).length
    const { maxBodyBytes } = gossipLimits
    if (bytes > maxBodyBytes) throw new RangeError(`a body of ${bytes} bytes; the limit is ${maxBodyBytes}`)
    const time = this.#options.wallClock()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body: parsed, bytes, time, resolve, reject })
      void this.#commit()
    })
  }

  /** Begins to sign; entries that were added before come first. */
  start(author: OpenedIdentity): void {
    this.#author = author
    void this.#commit()
  }

  /** Rejects all entries that are not signed yet: they would come late if the node ran again in an hour. */
  rejectWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  async #commit(): Promise<void> {
    if (this.#isSigning || !this.#author) return
    this.#isSigning = true
    for (let group = this.#nextGroup(); group.length > 0; group = this.#nextGroup()) {
      try {
        const block = await this.#sign(group, this.#author)
        // The group may have been rejected meanwhile.
        if (this.#waiting[0] === group[0]) this.#publish(block, group.length)
      } catch (error) {
        for (const { reject } of group) reject(error instanceof Error ? error : new Error(String(error)))
        if (this.#waiting[0] === group[0]) this.#waiting.splice(0, group.length)
      }
    }
    this.#isSigning = false
  }

  #publish(block: VerifiedBlock, count: number): void {
    const group = this.#waiting.splice(0, count)
    this.#height = block.height
    this.#seq += count
    this.#prev = block.hash
    this.#options.publish(block)
    const entries = entriesOf(block, [this.#options.name])
    for (const [index, { resolve }] of group.entries()) {
      const entry = entries[index]
      if (entry) resolve(entry)
    }
  }

  #sign(group: readonly Waiting[], { peerId, epoch, sign }: OpenedIdentity): Promise<VerifiedBlock> {
    return signBlock(sign, {
      author: peerId,
      name: this.#options.name,
      epoch,
      height: this.#height + 1,
      firstSeq: this.#seq + 1,
      prev: this.#prev,
      entries: group.map(({ time, body }) => ({ time, body })),
    })
  }

  /** The first waiting entries, as many as one block may hold. */
  #nextGroup(): readonly Waiting[] {
    const { maxEntriesPerBlock, maxGroupBytes } = gossipLimits
    const group: Waiting[] = []
    let bytes = 0
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes
      if (group.length > 0 && (group.length >= maxEntriesPerBlock || bytes > maxGroupBytes)) break
      group.push(waiting)
    }
    return group
  }
}
