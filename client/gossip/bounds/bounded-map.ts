/**
 * A map of at most `maxSize` keys: a key that is set or renewed becomes the newest, and the oldest keys leave first. It
 * relies on a Map's order of insertion.
 */
export class BoundedMap<Key, Value> {
  readonly #maxSize: number
  readonly #values = new Map<Key, Value>()

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#maxSize) return
      this.#values.delete(oldest)
    }
  }

  /** The value of a key, made if there is none. */
  renew(key: Key, create: () => Value): Value {
    const value = this.#values.get(key) ?? create()
    this.set(key, value)
    return value
  }

  delete(key: Key): void {
    this.#values.delete(key)
  }

  /** The oldest first. */
  [Symbol.iterator](): Iterator<[Key, Value]> {
    return this.#values[Symbol.iterator]()
  }
}
