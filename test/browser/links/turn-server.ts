import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Milliseconds until coturn answers. It takes 0.1 s on an idle machine. */
const startWithinMs = 15_000
const askEveryMs = 50

/** coturn on a free UDP port of 127.0.0.1, as an operator runs it beside the signalling server, except that loopback is allowed. */
export class TurnServer {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  static async start(program: string, secret: string): Promise<TurnServer> {
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-turn-'))
    const port = await freeUdpPort()
    const child = spawn(
      program,
      [
        // Ignores the configuration of this machine.
        '-c',
        '/dev/null',
        '--no-cli',
        '--no-tls',
        '--no-dtls',
        '--no-tcp',
        '--listening-ip=127.0.0.1',
        '--relay-ip=127.0.0.1',
        `--listening-port=${port}`,
        '--use-auth-secret',
        `--static-auth-secret=${secret}`,
        '--realm=grapevine.test',
        '--allow-loopback-peers',
        '--simple-log',
        `--log-file=${join(folder, 'log')}`,
        `--pidfile=${join(folder, 'pid')}`,
        `--userdb=${join(folder, 'db')}`,
      ],
      { stdio: 'ignore', cwd: folder },
    )
    const server = new TurnServer(`turn:127.0.0.1:${port}?transport=udp`, child, folder)
    try {
      await Promise.race([answers(port), once(child, 'exit').then(([code]) => failed(`ended with ${String(code)}`))])
    } catch (error) {
      const log = await server.log().catch(String)
      await server.stop()
      throw new Error(`coturn did not start: ${String(error)}\n${log}`, { cause: error })
    }
    return server
  }

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url
    this.#process = child
    this.#folder = folder
  }

  log(): Promise<string> {
    return readFile(join(this.#folder, 'log'), 'utf8')
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit')
      this.#process.kill('SIGKILL')
      await exit
    }
    await rm(this.#folder, { recursive: true })
  }
}

const failed = (why: string): never => {
  throw new Error(why)
}

const freeUdpPort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** A STUN binding request (RFC 8489): type, no attributes, the magic cookie, a transaction. */
const bindingRequest = Buffer.from('000100002112a442000000000000000000000001', 'hex')

const answers = async (port: number): Promise<void> => {
  const socket = createSocket('udp4')
  // coturn does not listen yet.
  socket.on('error', () => undefined)
  const ask = setInterval(() => socket.send(bindingRequest, port, '127.0.0.1'), askEveryMs)
  try {
    await once(socket, 'message', { signal: AbortSignal.timeout(startWithinMs) })
  } finally {
    clearInterval(ask)
    socket.close()
  }
}
