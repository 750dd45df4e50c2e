import type { Duplex } from 'node:stream'

/**
 * Answers an upgrade that nobody takes, and ends its connection. Node leaves such a connection open, and without an
 * `error` listener its reset would end the process.
 */
export const refuseUpgrade = (stream: Duplex, status: '400 Bad Request' | '404 Not Found'): void => {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy())
}
