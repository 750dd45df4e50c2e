const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 section 5, without padding. */
export const toBase64url = (bytes: Uint8Array): string => {
  let text = ''
  // A hash is made for every block, and a view of three bytes costs more than their four characters.
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    text += charAt(group, 18) + charAt(group, 12) + charAt(group, 6) + charAt(group, 0)
  }
  return text.slice(0, Math.ceil((bytes.length * 4) / 3))
}

const charAt = (group: number, shift: number): string => alphabet.charAt((group >> shift) & 63)

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
