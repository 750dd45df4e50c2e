/**
 * Which of the latest numbers of a sender have come: those up to `size` below the greatest one. One bit for each, in a ring.
 * An older number counts as one that has come.
 */
export class NumberWindow {
  readonly #size: number
  readonly #bits: Uint32Array<ArrayBuffer>
  #greatest = 0

  /** `size`: a multiple of 32. */
  constructor(size: number) {
    this.#size = size
    this.#bits = new Uint32Array(size / 32)
  }

  /** 0 until a number has come. */
  get greatest(): number {
    return this.#greatest
  }

  /** `old`: nobody knows whether it has come. */
  statusOf(number: number): 'new' | 'known' | 'old' {
    if (number > this.#greatest) return 'new'
    if (number <= this.#greatest - this.#size) return 'old'
    return this.#has(number) ? 'known' : 'new'
  }

  /** Only for a number that is new. */
  add(number: number): void {
    // The places of the numbers between are those of numbers that are old now.
    const begin = Math.max(this.#greatest + 1, number - this.#size + 1)
    for (let between = begin; between <= number; between += 1) this.#set(between, false)
    this.#greatest = Math.max(this.#greatest, number)
    this.#set(number, true)
  }

  #has(number: number): boolean {
    const place = number % this.#size
    return ((this.#bits[place >> 5] ?? 0) & (1 << (place & 31))) !== 0
  }

  #set(number: number, isIn: boolean): void {
    const place = number % this.#size
    const word = this.#bits[place >> 5] ?? 0
    const mask = 1 << (place & 31)
    this.#bits[place >> 5] = isIn ? word | mask : word & ~mask
  }
}
