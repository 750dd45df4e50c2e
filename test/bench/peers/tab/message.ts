/**
 * A message of the benchmark: when it was sent (milliseconds since 1970), the number of its run, so that a late message
 * of one run does not count in the next, and zeros up to its size.
 */
export const headerBytes = 12

export const encodeMessage = (sentAt: number, run: number, bytes: number): Uint8Array<ArrayBuffer> => {
  const message = new Uint8Array(bytes)
  const view = new DataView(message.buffer)
  view.setFloat64(0, sentAt)
  view.setUint32(8, run)
  return message
}

export const decodeMessage = ({
  buffer,
  byteOffset,
}: Uint8Array): { readonly sentAt: number; readonly run: number } => {
  const view = new DataView(buffer, byteOffset, headerBytes)
  return { sentAt: view.getFloat64(0), run: view.getUint32(8) }
}
