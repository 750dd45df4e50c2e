import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A load balancer of the plainest kind: each connection goes to the next server that takes it. */
export class RoundRobinProxy {
  readonly port: number
  readonly #close: () => Promise<void>

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port
    this.#close = close
  }

  static async start(ports: readonly number[]): Promise<RoundRobinProxy> {
    let turn = 0
    const sockets = new Set<Socket>()
    const keep = (socket: Socket): void => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => sockets.delete(socket))
    }
    const forward = (client: Socket, triesLeft: number): void => {
      const port = ports[turn++ % ports.length] ?? 0
      const server = connect(port, '127.0.0.1')
      let isConnected = false
      keep(server)
      server.once('connect', () => {
        isConnected = true
        client.pipe(server).pipe(client)
      })
      server.once('close', () => {
        if (isConnected || triesLeft === 0) client.destroy()
        else forward(client, triesLeft - 1)
      })
      client.once('close', () => server.destroy())
    }
    const proxy = createServer((client) => {
      keep(client)
      forward(client, ports.length - 1)
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    return new RoundRobinProxy((proxy.address() as AddressInfo).port, async () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    })
  }

  close(): Promise<void> {
    return this.#close()
  }
}
