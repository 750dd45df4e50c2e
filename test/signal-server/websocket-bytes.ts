/** The request that opens a websocket, for a client that then sends bytes that no websocket library sends. */
export const upgradeRequest = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

/** A client's frame (RFC 6455, section 5.2) with a mask of zeros, which leaves the payload unchanged. */
export const maskedFrame = (opcode: number, payload: number | string, isFinal = true): Buffer => {
  const body = typeof payload === 'number' ? Buffer.alloc(payload, '3') : Buffer.from(payload)
  const lengthBytes = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + lengthBytes + 4)
  head[0] = (isFinal ? 0x80 : 0) | opcode
  head[1] = 0x80 | (lengthBytes === 0 ? body.length : lengthBytes === 2 ? 126 : 127)
  if (lengthBytes === 2) head.writeUInt16BE(body.length, 2)
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}
