const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 section 5, without padding. */
export const toBase64url = (bytes: Uint8Array): string => {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3)
    const group = (a << 16) | (b << 8) | c
    const chars = Math.min(bytes.length - index, 3) + 1
    for (let char = 0; char < chars; char += 1) text += alphabet.charAt((group >> (18 - 6 * char)) & 63)
  }
  return text
}

/** The bytes, or nothing unless `text` is exactly what `toBase64url` gives for them: one spelling for one value. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let bits = 0
  let length = 0
  for (const char of text) {
    const value = alphabet.indexOf(char)
    if (value < 0) return undefined
    group = ((group << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length] = (group >> bits) & 0xff
      length += 1
    }
  }
  return toBase64url(bytes) === text ? bytes : undefined
}
