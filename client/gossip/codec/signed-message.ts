/** What a signature is for, as the first bytes that it covers. */
export const labelOf = (purpose: string): Uint8Array => new TextEncoder().encode(purpose)

/**
 * What a signature covers: a label of its purpose, then the bytes. So no signature can serve another purpose, and none
 * made elsewhere can serve here.
 */
export const signedMessage = (label: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const message = new Uint8Array(label.length + bytes.length)
  message.set(label)
  message.set(bytes, label.length)
  return message
}
