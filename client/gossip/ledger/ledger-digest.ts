import type { LogId } from '../wire/block.ts'

interface Bucket {
  readonly texts: Map<LogId, string>
  /** The hash of the texts; undefined once a text has changed. */
  hash: string | undefined
}

/**
 * One hash over many logs. The logs are in buckets by their author's key, so a change costs one hash over its bucket and
 * one over all buckets' hashes, however many logs there are. (Keys chosen to fall into one bucket make the digest as slow
 * as without buckets, and no slower.)
 */
export class LedgerDigest {
  readonly #hash: (text: string) => string
  readonly #buckets = new Map<string, Bucket>()
  #value: string | undefined

  constructor(hash: (text: string) => string) {
    this.#hash = hash
  }

  /** Sets the text that counts for a log; undefined: the log does not count. */
  set(log: LogId, text: string | undefined): void {
    // A base64url character: one of 64 buckets.
    const [key = ''] = log
    const bucket = this.#buckets.get(key) ?? { texts: new Map(), hash: undefined }
    if (bucket.texts.get(log) === text) return
    if (text === undefined) bucket.texts.delete(log)
    else bucket.texts.set(log, text)
    bucket.hash = undefined
    if (bucket.texts.size > 0) this.#buckets.set(key, bucket)
    else this.#buckets.delete(key)
    this.#value = undefined
  }

  /** Hex. Equal for equal texts, in whatever order they were set. */
  get value(): string {
    this.#value ??= this.#hash(
      [...this.#buckets]
        .map(([key, bucket]) => `${key}${this.#hashOf(bucket)}`)
        .sort()
        .join(),
    )
    return this.#value
  }

  #hashOf(bucket: Bucket): string {
    bucket.hash ??= this.#hash([...bucket.texts.values()].sort().join('\n'))
    return bucket.hash
  }
}
