import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { inject, onTestFinished } from 'vitest'
import { freePort } from '../free-port.ts'

/** A real Redis, in memory only, on a separate port. */
export class RedisServer {
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts Redis. After an end, starts it again without data. */
  async start(): Promise<void> {
    const flags = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    this.#process = spawn(inject('serverPrograms')['redis-server'], flags, { stdio: 'ignore', cwd: '/tmp' })
    await answers(this.port)
  }

  /** Ends all connections that have subscriptions, and no others. */
  cutSubscribers(): Promise<void> {
    return this.#command('CLIENT KILL TYPE pubsub')
  }

  /** Sets whether it refuses all new data from now on. */
  async fill(isFull: boolean): Promise<void> {
    await this.#command(`CONFIG SET maxmemory ${isFull ? 1 : 0}`)
  }

  /**
   * Makes it a replica, which accepts no writes: a replica of that server, as after a failover, or of a server that
   * does not answer.
   */
  follow(primary: RedisServer | undefined): Promise<void> {
    return this.#command(`REPLICAOF 127.0.0.1 ${primary?.port ?? 9}`)
  }

  /** Makes it a primary again. */
  lead(): Promise<void> {
    return this.#command('REPLICAOF NO ONE')
  }

  async #command(command: string): Promise<void> {
    const socket = createConnection({ port: this.port, host: '127.0.0.1' })
    await once(socket, 'connect')
    socket.write(`${command}\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    if (answer.toString().startsWith('-')) throw new Error(`Redis refuses ${command}: ${answer.toString()}`)
  }

  /** Ends the process like a power cut. */
  async kill(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    if (!process || process.exitCode !== null || process.signalCode !== null) return
    const exit = once(process, 'exit')
    process.kill('SIGKILL')
    await exit
  }

  /** Stops the execution of the process: connections stay open, and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }
}

/** A Redis until the end of the test. */
export const startRedis = async (): Promise<RedisServer> => {
  const redis = await RedisServer.start()
  onTestFinished(() => redis.kill())
  return redis
}

/** Resolves when Redis answers a PING. Retries while the connection is refused. */
const answers = async (port: number): Promise<void> => {
  for (;;) {
    const socket = createConnection({ port, host: '127.0.0.1' })
    try {
      await once(socket, 'connect')
      socket.write('PING\r\n')
      const [answer] = (await once(socket, 'data')) as [Buffer]
      if (answer.toString().startsWith('+PONG')) return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    } finally {
      socket.destroy()
    }
  }
}
