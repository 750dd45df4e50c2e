import { cdeDecodeOptions, decode, getEncoded } from 'cbor2'

/** The library checks order and lengths. The numbers are checked here: boxed, they keep their bytes. */
const cborOptions = { ...cdeDecodeOptions, boxed: true, ignoreGlobalTags: true }

const notCanonical = (): never => {
  throw new Error('not canonical')
}

/** The bytes of a float in the shortest form. Below 2^-14 only powers of two have a form of two bytes. */
const floatBytes = (value: number): number => {
  const magnitude = Math.abs(value)
  const exponent = Math.floor(Math.log2(magnitude))
  const isHalf = exponent < -14 ? magnitude === 2 ** exponent : Number.isInteger(magnitude * 2 ** (10 - exponent))
  if (magnitude <= 65_504 && magnitude >= 2 ** -24 && isHalf) return 2
  return Math.fround(value) === value ? 4 : 8
}

const readNumber = (boxed: object): number => {
  const value = boxed.valueOf() as number
  const encoded = getEncoded(boxed) ?? notCanonical()
  const isFloat = (encoded[0] ?? 0) >> 5 === 7
  const isShortest = isFloat ? Number.isFinite(value) && floatBytes(value) === encoded.length - 1 : true
  return isFloat !== Number.isSafeInteger(value) && isShortest ? value : notCanonical()
}

/** Numbers and texts are boxed; the boxes of other values are not canonical. */
const readValue = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return value
  const unboxed: unknown = Object(value).valueOf()
  if (typeof unboxed === 'string') return unboxed
  if (typeof unboxed === 'number') return readNumber(value as object)
  if (Array.isArray(value)) return value.map(readValue)
  return value instanceof Map
    ? Object.fromEntries([...(value as Map<unknown, unknown>)].map(readMember))
    : notCanonical()
}

const readMember = ([key, member]: readonly [unknown, unknown]): readonly [string, unknown] => {
  const name = readValue(key)
  return typeof name === 'string' ? [name, readValue(member)] : notCanonical()
}

/** Throws for bytes that are not the canonical form of one value. Bytes stay bytes, and maps become objects. */
export const decodeCanonical = (bytes: Uint8Array): unknown => readValue(decode(bytes, cborOptions))
