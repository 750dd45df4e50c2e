import { decode, encode } from 'cborg'
import type { Envelope, ReceivedEnvelope } from '../gossip/envelope.ts'
import { envelopeFields, parseEnvelope } from '../gossip/envelope-fields.ts'

const strictly = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

/** CBOR (RFC 8949), deterministic: equal values give equal bytes. Throws on what CBOR or JSON can't say. */
export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value))

/** The value, or nothing unless the bytes are exactly one well-formed item in its shortest form. */
export const decodeValue = (bytes: Uint8Array): unknown => {
  try {
    return decode(bytes, strictly)
  } catch {
    // The one way in which the decoder says that the bytes are not CBOR; nesting too deep for the stack included.
    return undefined
  }
}

/** One envelope as one frame. */
export const encodeFrame = (envelope: Envelope): Uint8Array<ArrayBuffer> => encodeValue(envelopeFields(envelope))

export const decodeFrame = (frame: Uint8Array): ReceivedEnvelope | undefined => parseEnvelope(decodeValue(frame))
