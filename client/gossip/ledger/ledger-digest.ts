import type { LogId } from '../wire/block.ts'

interface Bucket {
  readonly texts: Map<LogId, string>
  /** Of the texts; undefined since one of them changed. */
  hash: string | undefined
}

/**
 * One hash over what is held of many logs. In buckets by the author's key, so that a change costs a hash over its own
 * bucket and one over the buckets' hashes, however many logs there are. (Who makes keys that fall into one bucket makes
 * the digest as slow as without buckets, and no slower.)
 */
export class LedgerDigest {
  readonly #hash: (text: string) => string
  readonly #buckets = new Map<string, Bucket>()
  #value: string | undefined

  constructor(hash: (text: string) => string) {
    this.#hash = hash
  }

  /** What counts of this log from now on; undefined: nothing. */
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

  /** Hex. Equal for equal texts, in whichever order they were set. */
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
