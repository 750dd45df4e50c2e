import { floatBytes, halfOf } from './float-forms.ts'

const utf8 = new TextEncoder()

/** The upper three bits of the first byte of an item. */
const [negative, binary, text, list, map] = [0x20, 0x40, 0x60, 0x80, 0xa0] as const

/** Bytes of memory that are kept between two values: the largest frame, in powers of two. */
const keptBytes = 65_536

/** Encodes values in deterministic CBOR (SPEC.md, section 4). */
export class CborWriter {
  /** The values are written here one after the other. It grows to the largest of them, and back to `keptBytes`. */
  #bytes = new Uint8Array(4_096)
  #length = 0

  /** Throws for a value that CBOR or JSON can't represent. Objects are plain ones. */
  encode(value: unknown): Uint8Array<ArrayBuffer> {
    this.#length = 0
    this.#write(value)
    const encoded = this.#bytes.slice(0, this.#length)
    // A large body is rare.
    if (this.#bytes.length > keptBytes) this.#bytes = new Uint8Array(keptBytes)
    return encoded
  }

  #write(value: unknown): void {
    if (typeof value === 'string') return this.#writeText(value)
    if (typeof value === 'number') return this.#writeNumber(value)
    if (Array.isArray(value)) return this.#writeList(value)
    if (value instanceof Uint8Array) return this.#writeBytes(binary, value)
    if (value === false) return this.#writeByte(0xf4)
    if (value === true) return this.#writeByte(0xf5)
    if (value === null) return this.#writeByte(0xf6)
    if (typeof value === 'object') return this.#writeMap(value)
    throw new TypeError(`CBOR and JSON have no common form of a value of the type ${typeof value}`)
  }

  #writeList(values: readonly unknown[]): void {
    this.#writeHead(list, values.length)
    // An iterator makes an object for each value, and a frame is lists of lists.
    for (let index = 0; index < values.length; index += 1) this.#write(values[index])
  }

  /** Its keys in the order of their bytes: a shorter key comes first, since its head is less. */
  #writeMap(value: object): void {
    const members = Object.entries(value).map(([key, member]) => ({ key: utf8.encode(key), member: member as unknown }))
    members.sort((one, other) => one.key.length - other.key.length || compare(one.key, other.key))
    this.#writeHead(map, members.length)
    for (const { key, member } of members) {
      this.#writeBytes(text, key)
      this.#write(member)
    }
  }

  /** Nearly all texts are ASCII, with as many bytes as characters. */
  #writeText(value: string): void {
    const start = this.#length
    this.#writeHead(text, value.length)
    const bytes = this.#room(value.length)
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index)
      if (code > 127) {
        this.#length = start
        return this.#writeBytes(text, utf8.encode(value))
      }
      bytes[this.#length + index] = code
    }
    this.#length += value.length
  }

  #writeBytes(major: number, bytes: Uint8Array): void {
    this.#writeHead(major, bytes.length)
    this.#room(bytes.length).set(bytes, this.#length)
    this.#length += bytes.length
  }

  #writeNumber(value: number): void {
    if (!Number.isSafeInteger(value)) return this.#writeFloat(value)
    return value < 0 ? this.#writeHead(negative, -1 - value) : this.#writeHead(0, value)
  }

  #writeFloat(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError(`CBOR and JSON have no common form of the number ${value}`)
    const bytes = floatBytes(value)
    this.#writeByte(0xf8 + Math.log2(bytes))
    const { buffer } = this.#room(bytes)
    const view = new DataView(buffer, this.#length, bytes)
    if (bytes === 2) view.setUint16(0, halfOf(value))
    else if (bytes === 4) view.setFloat32(0, value)
    else view.setFloat64(0, value)
    this.#length += bytes
  }

  /** The first byte of an item and its argument, in as few bytes as it needs. */
  #writeHead(major: number, argument: number): void {
    if (argument < 24) return this.#writeByte(major + argument)
    const size = argument < 2 ** 8 ? 0 : argument < 2 ** 16 ? 1 : argument < 2 ** 32 ? 2 : 3
    this.#writeByte(major + 24 + size)
    for (let shift = 8 * (2 ** size - 1); shift >= 0; shift -= 8) this.#writeByte(argument / 2 ** shift)
    return undefined
  }

  /** The lowest eight bits of the whole part. */
  #writeByte(byte: number): void {
    this.#room(1)[this.#length] = byte
    this.#length += 1
  }

  /** Where the next bytes are written. */
  #room(bytes: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return this.#bytes
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(needed)))
    larger.set(this.#bytes)
    this.#bytes = larger
    return larger
  }
}

/** Of two texts of one length in bytes. */
const compare = (one: Uint8Array, other: Uint8Array): number => {
  const index = one.findIndex((byte, at) => byte !== other[at])
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0)
}
