/**
 * The ids of blocks that were verified here, so that copies are dropped. Bounded by count: the oldest leaves first.
 * Relies on a Set's insertion order.
 */
export class SeenCache {
  readonly #ids = new Set<string>()
  readonly #maxIds: number

  constructor(maxIds: number) {
    this.#maxIds = maxIds
  }

  get size(): number {
    return this.#ids.size
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    this.#ids.add(id)
    if (this.#ids.size <= this.#maxIds) return
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest)
      return
    }
  }
}
