import { CborReader } from './cbor-reader.ts'
import { CborWriter } from './cbor-writer.ts'

/** Only its memory outlives a call. */
const writer = new CborWriter()

/** Deterministic CBOR (RFC 8949): equal values give equal bytes. Throws for a value that CBOR or JSON can't represent. */
export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> => writer.encode(value)

/** Undefined unless the bytes are exactly one valid value in the form that `encodeValue` gives it, with texts in UTF-8. */
export const decodeValue = (bytes: Uint8Array): unknown => decode(bytes, false)

/** The same, but what is bytes in the value shares its memory with `bytes`. */
export const decodeInPlace = (bytes: Uint8Array): unknown => decode(bytes, true)

const decode = (bytes: Uint8Array, sharesMemory: boolean): unknown => {
  try {
    // The slices of a Buffer would share its memory.
    return new CborReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), sharesMemory).decode()
  } catch {
    // Text that is not UTF-8, and nesting too deep for the stack.
    return undefined
  }
}
