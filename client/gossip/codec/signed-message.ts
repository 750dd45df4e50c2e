const encoder = new TextEncoder()

/**
 * What a signature covers: a label of its purpose, then the bytes. So no signature can serve another purpose, and none
 * made elsewhere can serve here.
 */
export const signedMessage = (label: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const start = encoder.encode(label)
  const message = new Uint8Array(start.length + bytes.length)
  message.set(start)
  message.set(bytes, start.length)
  return message
}
