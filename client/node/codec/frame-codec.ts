import { decode, encode, type Token, Tokenizer, Type } from 'cborg'
import type { Envelope, ReceivedEnvelope } from '../../gossip/wire/envelope.ts'
import { envelopeFields, parseEnvelope } from '../../gossip/wire/envelope-fields.ts'

const strictly = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The library decodes texts for the eye: it drops a U+FEFF at the beginning, and puts U+FFFD in place of bytes that are no
 * UTF-8. So a text that was signed would be another one when it is read.
 */
class ExactTokenizer extends Tokenizer {
  override next(): Token {
    const start = this.pos()
    const token = super.next()
    if (!Type.equals(token.type, Type.string)) return token
    const textStart = start + headBytes(this.data[start] ?? 0)
    // 0xEF begins a U+FEFF. Throws if these bytes are no UTF-8.
    const isSuspect = this.data[textStart] === 0xef || token.value.includes('\uFFFD')
    if (isSuspect) token.value = utf8.decode(this.data.subarray(textStart, this.pos()))
    return token
  }
}

/** Bytes before the text, by the first one: the text's length is in it, or in the 1, 2, 4 or 8 that follow (RFC 8949, 3). */
const headBytes = (head: number): number => {
  const length = head & 31
  return length < 24 ? 1 : 1 + 2 ** (length - 24)
}

/** CBOR (RFC 8949), deterministic: equal values give equal bytes. Throws on what CBOR or JSON can't say. */
export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value))

/** The value, or nothing unless the bytes are exactly one valid item in its shortest form, its texts UTF-8. */
export const decodeValue = (bytes: Uint8Array): unknown => {
  try {
    // The tokenizer takes a view's own class for its slices: a Buffer's would share its memory.
    const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    return decode(data, { ...strictly, tokenizer: new ExactTokenizer(data, strictly) })
  } catch {
    // The one way in which the decoder says that the bytes are not CBOR; nesting too deep for the stack included.
    return undefined
  }
}

/** One envelope as one frame. */
export const encodeFrame = (envelope: Envelope): Uint8Array<ArrayBuffer> => encodeValue(envelopeFields(envelope))

export const decodeFrame = (frame: Uint8Array): ReceivedEnvelope | undefined => parseEnvelope(decodeValue(frame))
