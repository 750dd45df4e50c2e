import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** A websocket for handwritten Engine.IO frames, including frames that no Socket.IO client sends. */
export class RawClient {
  readonly socket: WebSocket
  readonly closed: Promise<'closed'>

  constructor(port: number, query = 'EIO=4&transport=websocket', headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?${query}`, { headers })
    // A cut may be a reset: `close` follows.
    this.socket.on('error', () => this.socket.terminate())
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve('closed')))
    onTestFinished(() => this.socket.terminate())
  }

  send(...frames: (string | Buffer)[]): void {
    for (const frame of frames) this.socket.send(frame)
  }

  /** The next frame for which the predicate holds. */
  received(is: (frame: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const listen = (data: Buffer): void => {
        const frame = data.toString()
        if (!is(frame)) return
        this.socket.off('message', listen)
        resolve(frame)
      }
      this.socket.on('message', listen)
    })
  }
}

/** Connected at the level of Engine.IO only. */
export const openRawClient = async (port: number): Promise<RawClient> => {
  const client = new RawClient(port)
  await once(client.socket, 'open')
  return client
}

/** Connected to the namespace, like a tab before it registers. */
export const joinRawClient = async (port: number): Promise<RawClient> => {
  const client = await openRawClient(port)
  const joined = client.received((frame) => frame.startsWith('40'))
  client.send('40')
  await joined
  return client
}
