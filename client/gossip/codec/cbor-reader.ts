import { floatBytes, readHalf } from './float-forms.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Up to this length, joining characters is faster than the decoder, which an engine calls outside its compiled code. */
const shortText = 12

/** Stands for a place where the bytes are not canonical: no later place is reached. */
const nowhere = Infinity

/**
 * Decodes bytes that are exactly one value in the form that `CborWriter` gives it (SPEC.md, section 4). Equal values then
 * have equal bytes, and nobody can send the same block in two spellings. An item that is not in this form leads to
 * `nowhere`, and what is read from there on means nothing.
 */
export class CborReader {
  readonly #bytes: Uint8Array
  readonly #sharesMemory: boolean
  #place = 0

  /** `bytes`: not a subclass, whose `slice` may share memory: Node's Buffer does. `sharesMemory`: what is read is no copy. */
  constructor(bytes: Uint8Array, sharesMemory: boolean) {
    this.#bytes = bytes
    this.#sharesMemory = sharesMemory
  }

  /** Undefined: the bytes are not exactly one value. Throws if a text is not UTF-8, and for nesting too deep for the stack. */
  decode(): unknown {
    const value = this.#read()
    return this.#place === this.#bytes.length ? value : undefined
  }

  #read(): unknown {
    const head = this.#bytes[this.#place]
    if (head === undefined) return this.#refuse()
    this.#place += 1
    const length = head & 31
    switch (head >> 5) {
      case 0:
        return this.#readArgument(length)
      case 1:
        return this.#readNegative(length)
      case 2: {
        const start = this.#skip(this.#readArgument(length))
        return this.#sharesMemory ? this.#bytes.subarray(start, this.#place) : this.#bytes.slice(start, this.#place)
      }
      case 3: {
        const start = this.#skip(this.#readArgument(length))
        return this.#textFrom(start)
      }
      case 4:
        return this.#readList(this.#readArgument(length))
      case 5:
        return this.#readMap(this.#readArgument(length))
      case 7:
        return this.#readSimple(length)
      default:
        return this.#refuse()
    }
  }

  #refuse(): undefined {
    this.#place = nowhere
  }

  /** Goes to behind so many bytes, and gives where they begin. */
  #skip(bytes: number): number {
    const start = this.#place
    this.#place = start + bytes <= this.#bytes.length ? start + bytes : nowhere
    return this.#place === nowhere ? nowhere : start
  }

  /** A number, or the length of what follows. `length`: the lower five bits of the item's first byte. */
  #readArgument(length: number): number {
    if (length < 24) return length
    const size = 1 << (length - 24)
    const start = this.#skip(length > 27 ? nowhere : size)
    let argument = 0
    for (let index = 0; index < size; index += 1) argument = argument * 256 + (this.#bytes[start + index] ?? 0)
    // The shortest form, and no integer that JavaScript would round.
    const least = size === 1 ? 24 : 2 ** (4 * size)
    if (argument < least || !Number.isSafeInteger(argument)) this.#refuse()
    return argument
  }

  #readNegative(length: number): number {
    const value = -1 - this.#readArgument(length)
    if (!Number.isSafeInteger(value)) this.#refuse()
    return value
  }

  #textFrom(start: number): string {
    const end = this.#place
    if (end - start > shortText) return utf8.decode(this.#bytes.subarray(start, end))
    let text = ''
    for (let place = start; place < end; place += 1) {
      const byte = this.#bytes[place] ?? 0
      if (byte > 127) return utf8.decode(this.#bytes.subarray(start, end))
      text += String.fromCharCode(byte)
    }
    return text
  }

  #readList(length: number): unknown[] {
    const items: unknown[] = []
    for (let left = length; left > 0 && this.#place < nowhere; left -= 1) items.push(this.#read())
    return items
  }

  #readMap(length: number): object {
    const members: [string, unknown][] = []
    let [lastStart, lastEnd] = [this.#place, this.#place]
    for (let left = length; left > 0 && this.#place < nowhere; left -= 1) {
      const start = this.#place
      const key = this.#read()
      if (typeof key !== 'string' || !this.#isBefore(lastStart, lastEnd, start, this.#place)) this.#refuse()
      ;[lastStart, lastEnd] = [start, this.#place]
      members.push([String(key), this.#read()])
    }
    // `__proto__` is an ordinary key.
    return Object.fromEntries(members)
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
  #readSimple(length: number): unknown {
    if (length === 20) return false
    if (length === 21) return true
    if (length === 22) return null
    return length === 25 || length === 26 || length === 27 ? this.#readFloat(1 << (length - 24)) : this.#refuse()
  }

  /** Finite, no integer, and without a shorter form. */
  #readFloat(size: number): number | undefined {
    const start = this.#skip(size)
    if (start === nowhere) return undefined
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, size)
    const value = size === 2 ? readHalf(view.getUint16(0)) : size === 4 ? view.getFloat32(0) : view.getFloat64(0)
    const isFraction = Number.isFinite(value) && !Number.isSafeInteger(value)
    return isFraction && floatBytes(value) === size ? value : this.#refuse()
  }
}
