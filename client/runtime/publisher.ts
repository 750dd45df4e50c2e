import { entriesOf, parseBody, type VerifiedBlock } from '../gossip/block.ts'
import type { Entry, JsonValue } from '../gossip/entry.ts'
import { gossipLimits } from '../gossip/limits.ts'
import type { NodeName } from '../gossip/node-name.ts'
import { sealBlock } from './block-seal.ts'
import { encodeValue } from './frame-codec.ts'
import type { OpenedIdentity } from './node-ports.ts'

export interface PublisherOptions {
  readonly name: NodeName
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
  /** The block is signed: spread it. It is delivered here when this returns. */
  readonly publish: (block: VerifiedBlock) => void
}

interface Waiting {
  readonly body: JsonValue | Uint8Array
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: Error) => void
}

/** This node's own log: signs what is published, in the order of the calls, each with the next height. */
export class Publisher {
  readonly #options: PublisherOptions
  #waiting: Waiting[] = []
  #author: OpenedIdentity | undefined
  #isSigning = false
  #height = 0

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Rejects with a TypeError for what is no body, and with a RangeError, with size and limit, for too large a one. */
  async add(body: unknown): Promise<Entry> {
    const parsed = parseBody(body)
    if (parsed === undefined) throw new TypeError('a body is a text, a JSON value or bytes')
    const bytes = encodeValue(parsed).length
    const { maxBodyBytes } = gossipLimits
    if (bytes > maxBodyBytes) throw new RangeError(`a body of ${bytes} bytes; the limit is ${maxBodyBytes}`)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body: parsed, resolve, reject })
      void this.#sign()
    })
  }

  /** From now on entries are signed; those that wait are signed first. */
  start(author: OpenedIdentity): void {
    this.#author = author
    void this.#sign()
  }

  /** What was to be said now is not said in an hour, when the node may run after all. */
  rejectWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  async #sign(): Promise<void> {
    if (this.#isSigning || !this.#author) return
    this.#isSigning = true
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      const { body, resolve, reject } = next
      try {
        const block = await this.#seal(body, this.#author)
        // Rejected meanwhile, together with all that waited.
        if (this.#waiting[0] !== next) continue
        this.#waiting.shift()
        this.#height = block.height
        this.#options.publish(block)
        for (const entry of entriesOf(block, [this.#options.name])) resolve(entry)
      } catch (error) {
        if (this.#waiting[0] === next) this.#waiting.shift()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    this.#isSigning = false
  }

  #seal(body: JsonValue | Uint8Array, { peerId, epoch, sign }: OpenedIdentity): Promise<VerifiedBlock> {
    const height = this.#height + 1
    return sealBlock(sign, {
      author: peerId,
      name: this.#options.name,
      epoch,
      height,
      firstSeq: height,
      entries: [{ time: this.#options.wallClock(), body }],
    })
  }
}
