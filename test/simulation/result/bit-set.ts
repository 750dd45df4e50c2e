/** A set of integers from 0 upwards, one bit each. */
export class BitSet {
  #words: Uint32Array

  constructor(words: Uint32Array = new Uint32Array(4)) {
    this.#words = words
  }

  has(value: number): boolean {
    return (((this.#words[value >>> 5] ?? 0) >>> (value & 31)) & 1) === 1
  }

  add(value: number): void {
    const word = value >>> 5
    if (word >= this.#words.length) {
      const words = new Uint32Array(Math.max(2 * this.#words.length, word + 1))
      words.set(this.#words)
      this.#words = words
    }
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (value & 31))
  }

  /** A copy, which later additions don't change. */
  snapshot(): BitSet {
    return new BitSet(this.#words.slice())
  }

  *values(): Generator<number> {
    for (const [index, bits] of this.#words.entries()) {
      if (bits === 0) continue
      for (let bit = 0; bit < 32; bit += 1) if ((bits >>> bit) & 1) yield index * 32 + bit
    }
  }
}
