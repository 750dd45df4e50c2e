import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A simple load balancer: each connection goes to the next server that accepts it. A test can cut it off. */
export class RoundRobinProxy {
  readonly port: number
  readonly #proxy: Server
  readonly #sockets: ReadonlySet<Socket>
  readonly #targets: number[]
  #isCut = false

  private constructor(proxy: Server, sockets: ReadonlySet<Socket>, targets: number[]) {
    this.port = (proxy.address() as AddressInfo).port
    this.#proxy = proxy
    this.#sockets = sockets
    this.#targets = targets
    proxy.prependListener('connection', (client) => {
      if (this.#isCut) client.destroy()
    })
  }

  static async start(ports: readonly number[]): Promise<RoundRobinProxy> {
    let turn = 0
    const targets = [...ports]
    const sockets = new Set<Socket>()
    const keep = (socket: Socket): void => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => sockets.delete(socket))
    }
    const forward = (client: Socket, triesLeft: number): void => {
      const port = targets[turn++ % targets.length] ?? 0
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
      if (client.destroyed) return
      keep(client)
      forward(client, targets.length - 1)
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    return new RoundRobinProxy(proxy, sockets, targets)
  }

  /** From now on new connections lead to that port; open connections stay. */
  lead(port: number): void {
    this.#targets.splice(0, this.#targets.length, port)
  }

  /** Ends all connections. Ends each new connection at once until `restore`. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  restore(): void {
    this.#isCut = false
  }

  async close(): Promise<void> {
    this.cut()
    this.#proxy.close()
    await once(this.#proxy, 'close')
  }
}
