/**
 * A map of at most `maxSize` keys: a key that is set or renewed becomes the newest, and the oldest key leaves first. It
 * relies on a Map's order of insertion.
 */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #maxSize: number

  constructor(maxSize: number) {
    super()
    this.#maxSize = maxSize
  }

  override set(key: Key, value: Value): this {
    this.delete(key)
    super.set(key, value)
    for (const oldest of this.keys()) {
      if (this.size <= this.#maxSize) break
      this.delete(oldest)
    }
    return this
  }

  /** The value of a key, made if there is none. */
  renew(key: Key, create: () => Value): Value {
    const value = this.get(key) ?? create()
    this.set(key, value)
    return value
  }
}
