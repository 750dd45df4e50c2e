import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'

interface Request {
  /** The sender receives what others send to this topic from now on. */
  readonly subscribe?: string
  /** Everyone else who has subscribed to this topic receives this text. */
  readonly topic?: string
}

/** Passes on what tabs send to a topic: the least server that can introduce tabs. It trusts them all. */
export const attachIntroducer = (server: Server): void => {
  const topics = new Map<string, Set<unknown>>()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      const { subscribe, topic } = JSON.parse(text) as Request
      if (subscribe !== undefined) topics.set(subscribe, (topics.get(subscribe) ?? new Set()).add(socket))
      if (topic === undefined) return
      for (const other of sockets.clients) if (other !== socket && topics.get(topic)?.has(other)) other.send(text)
    })
    socket.on('close', () => {
      for (const subscribers of topics.values()) subscribers.delete(socket)
    })
  })
}
