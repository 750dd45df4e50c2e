import type { Duplex } from 'node:stream'

/**
 * Refuses an upgrade and ends its connection. Node would leave such a connection open, and without an `error` listener its
 * reset would end the process.
 */
export const refuseUpgrade = (
  stream: Duplex,
  status: '400 Bad Request' | '403 Forbidden' | '404 Not Found',
  text = '',
): void => {
  stream.on('error', () => stream.destroy())
  const headers = [
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  stream.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${text}`, () => stream.destroy())
}
