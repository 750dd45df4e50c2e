import { decode, encode, type Token, Tokenizer, Type } from 'cborg'
import { scanCanonical } from './canonical-cbor.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The library changes texts while it decodes them: it drops a leading U+FEFF, and replaces bytes that are not UTF-8 with
 * U+FFFD. A signed text would then differ from the decoded one.
 */
class ExactTokenizer extends Tokenizer {
  override next(): Token {
    const start = this.pos()
    const token = super.next()
    if (!Type.equals(token.type, Type.string)) return token
    const textStart = start + headBytes(this.data[start] ?? 0)
    // 0xEF is the first byte of U+FEFF. Decoding throws if the bytes are not UTF-8.
    const isSuspect = this.data[textStart] === 0xef || token.value.includes('\uFFFD')
    if (isSuspect) token.value = utf8.decode(this.data.subarray(textStart, this.pos()))
    return token
  }
}

/**
 * Bytes before the text, by the first of them: it holds the text's length, or says that the next 1, 2, 4 or 8 bytes do
 * (RFC 8949, section 3).
 */
const headBytes = (head: number): number => {
  const length = head & 31
  return length < 24 ? 1 : 1 + 2 ** (length - 24)
}

/** Deterministic CBOR (RFC 8949): equal values give equal bytes. Throws for a value that CBOR or JSON can't represent. */
export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value))

/** Undefined unless the bytes are exactly one valid value in the form that `encodeValue` gives it, with texts in UTF-8. */
export const decodeValue = (bytes: Uint8Array): unknown => {
  try {
    // The tokenizer slices with the class of its view; the slices of a Buffer would share its memory.
    const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    const scan = scanCanonical(data)
    if (!scan) return undefined
    return scan.isAscii ? decode(data) : decode(data, { tokenizer: new ExactTokenizer(data) })
  } catch {
    // Keys that are no texts, text that is not UTF-8, and nesting too deep for the stack.
    return undefined
  }
}
