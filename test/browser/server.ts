import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const builtProgram = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))

/** Milliseconds until the server has printed its addresses. It takes 0.3 s on an idle machine. */
const startWithinMs = 15_000

/** Variables of its configuration. */
export type ServerEnvironment = Readonly<Record<string, string>>

/** The built server, as `npm start` runs it after the build, in a process of its own. */
export class TestServer {
  /** What a person opens: scheme, host and port, without a path. */
  readonly origin: string
  readonly #environment: ServerEnvironment
  readonly #launcher: readonly string[]
  #process: ChildProcess

  /** On port 0 the system picks a free one. `launcher`: a command that starts the one that follows it. */
  static async start(
    port: string,
    environment: ServerEnvironment = {},
    launcher: readonly string[] = [],
  ): Promise<TestServer> {
    const { process, origin } = await startServer(port, environment, launcher)
    return new TestServer(process, origin, environment, launcher)
  }

  private constructor(
    process: ChildProcess,
    origin: string,
    environment: ServerEnvironment,
    launcher: readonly string[],
  ) {
    this.#process = process
    this.origin = origin
    this.#environment = environment
    this.#launcher = launcher
  }

  get port(): string {
    return new URL(this.origin).port
  }

  /** Like Ctrl+C in its terminal. */
  stop(): Promise<void> {
    return this.#end('SIGINT')
  }

  /** Like a power cut. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Starts the server again on the same port, or the server of another build, once the process has ended. */
  async restart(program = builtProgram): Promise<void> {
    const { process } = await startServer(this.port, this.#environment, this.#launcher, program)
    this.#process = process
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded(this.#process)) return
    const exit = once(this.#process, 'exit')
    this.#process.kill(signal)
    await exit
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

const startServer = async (
  port: string,
  settings: ServerEnvironment,
  launcher: readonly string[],
  program = builtProgram,
): Promise<{ process: ChildProcess; origin: string }> => {
  if (!existsSync(program)) throw new Error(`${program} is not there: run "npm run build" first`)
  const { HOST: _host, ...environment } = process.env
  const [command, ...args] = [...launcher, process.execPath, program]
  const child = spawn(command, args, {
    env: { ...environment, ...settings, NODE_ENV: 'production', PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const origin = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the server printed no address within ${startWithinMs} ms, but:\n${output}`))
    }, startWithinMs)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const address = /(http:\/\/[^\s/]+)\/\?id=node1\b/.exec(output)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with code ${code} before it printed an address:\n${output}`))
    })
  })
  return { process: child, origin: await origin }
}
