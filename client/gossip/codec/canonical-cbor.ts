/** What is known of bytes in canonical form. */
export interface Scan {
  /** All texts are ASCII. */
  readonly isAscii: boolean
}

/**
 * Whether bytes are exactly one value in the form that its encoder gives it (RFC 8949, section 4.2): shortest integers,
 * lengths and floats, definite lengths, the keys of a map in the order of their bytes, no tags. Equal values then have equal
 * bytes, and nobody can send the same block in two spellings. One pass without decoding: far cheaper than to encode again.
 * Undefined: they are not. Throws for nesting too deep for the stack.
 */
export const scanCanonical = (bytes: Uint8Array): Scan | undefined => {
  const scanner = new Scanner(bytes)
  return scanner.skip(0) === bytes.length ? scanner : undefined
}

/** Stands for a place where the bytes are not canonical: no later place is reached. */
const nowhere = Infinity

class Scanner implements Scan {
  isAscii = true
  readonly #bytes: Uint8Array
  /** The argument of the latest head: a number, or the length of what follows. */
  #argument = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The place behind the item that begins here. */
  skip(place: number): number {
    const head = this.#bytes[place]
    if (head === undefined) return nowhere
    const major = head >> 5
    if (major === 7) return this.#skipSimple(head & 31, place)
    let end = this.#readHead(head & 31, place + 1)
    const argument = this.#argument
    switch (major) {
      case 0:
      case 1:
        return end
      case 2:
      case 3:
        if (end + argument > this.#bytes.length) return nowhere
        if (major === 3) this.#noteText(end, end + argument)
        return end + argument
      case 4:
        for (let left = argument; left > 0 && end < nowhere; left -= 1) end = this.skip(end)
        return end
      case 5:
        return this.#skipMap(end, argument)
      default:
        return nowhere
    }
  }

  /** The place behind the head of an item. `length`: the lower five bits of its first byte. */
  #readHead(length: number, place: number): number {
    const bytes = this.#bytes
    this.#argument = length
    if (length < 24) return place
    const size = 1 << (length - 24)
    if (length > 27 || place + size > bytes.length) return nowhere
    let argument = 0
    for (let index = 0; index < size; index += 1) argument = argument * 256 + (bytes[place + index] ?? 0)
    this.#argument = argument
    // The shortest form, and no integer that JavaScript would round.
    const least = size === 1 ? 24 : 2 ** (4 * size)
    return argument >= least && Number.isSafeInteger(argument) ? place + size : nowhere
  }

  #noteText(start: number, end: number): void {
    for (let place = start; this.isAscii && place < end; place += 1) {
      if ((this.#bytes[place] ?? 0) > 127) this.isAscii = false
    }
  }

  #skipMap(start: number, pairs: number): number {
    let place = start
    let lastStart = start
    let lastEnd = start
    for (let left = pairs; left > 0 && place < nowhere; left -= 1) {
      const keyEnd = this.skip(place)
      if (keyEnd === nowhere || !this.#isBefore(lastStart, lastEnd, place, keyEnd)) return nowhere
      lastStart = place
      lastEnd = keyEnd
      place = this.skip(keyEnd)
    }
    return place
  }

  /** Whether the bytes of one key come before those of the next. */
  #isBefore(start: number, end: number, nextStart: number, nextEnd: number): boolean {
    const [length, nextLength] = [end - start, nextEnd - nextStart]
    for (let index = 0; index < length && index < nextLength; index += 1) {
      const difference = (this.#bytes[start + index] ?? 0) - (this.#bytes[nextStart + index] ?? 0)
      if (difference !== 0) return difference < 0
    }
    return length < nextLength
  }

  /** False, true, null and floats. */
  #skipSimple(length: number, place: number): number {
    if (length >= 20 && length <= 22) return place + 1
    if (length < 25 || length > 27) return nowhere
    const size = 1 << (length - 24)
    const end = place + 1 + size
    if (end > this.#bytes.length) return nowhere
    return isShortestFloat(this.#bytes.subarray(place + 1, end)) ? end : nowhere
  }
}

/** Whether a float of 2, 4 or 8 bytes is finite, no integer, and has no shorter form. */
const isShortestFloat = (bytes: Uint8Array): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length === 2) return isFraction(readHalf(view.getUint16(0))) && isHalf(readHalf(view.getUint16(0)))
  const value = bytes.length === 4 ? view.getFloat32(0) : view.getFloat64(0)
  return isFraction(value) && !(bytes.length === 4 ? isHalf(value) : Math.fround(value) === value)
}

/** Integers are no floats, as far as JavaScript does not round them. */
const isFraction = (value: number): boolean => Number.isFinite(value) && !Number.isSafeInteger(value)

/** IEEE 754. The exponent 31 stands for infinity and what is no number. */
const readHalf = (half: number): number => {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023]
  if (exponent === 31) return Infinity
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return half & 0x8000 ? -magnitude : magnitude
}

/** Whether the encoder gives the value two bytes: of those below 2^-14 only to powers of two. */
const isHalf = (value: number): boolean => {
  const magnitude = Math.abs(value)
  if (magnitude > 65_504 || magnitude < 2 ** -24) return false
  const exponent = Math.floor(Math.log2(magnitude))
  if (exponent < -14) return magnitude === 2 ** exponent
  return Number.isInteger(magnitude * 2 ** (10 - exponent))
}
