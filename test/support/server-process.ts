import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printedText } from './printed-text.ts'

export const builtProgram = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))

/**
 * Milliseconds until the server has printed its addresses. It takes less than half a second on an idle machine. This only
 * ends a start that hangs, a little before vitest's own time-out of a hook, which would not show the output.
 */
const startWithinMs = 55_000

/** Variables of the server's configuration. */
export type ServerEnvironment = Readonly<Record<string, string>>

interface Exit {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Run {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  readonly exited: Promise<Exit>
}

/** The built server in a separate process, as `npm start` runs it after the build, on a free port by default. */
export class ServerProcess {
  readonly #environment: ServerEnvironment
  readonly #launcher: readonly string[]
  #run: Run
  #origin: string | undefined

  /** Starts the process, which may fail to start. `launcher`: a command that starts the command after it. */
  constructor(environment: ServerEnvironment = {}, program = builtProgram, launcher: readonly string[] = []) {
    this.#environment = environment
    this.#launcher = launcher
    this.#run = this.#start(environment, program)
  }

  /** Resolves once the server listens. */
  static async start(environment?: ServerEnvironment, launcher?: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(environment, builtProgram, launcher)
    await server.listening()
    return server
  }

  /** The address that a person would open: scheme, host and port, without a path. */
  get origin(): string {
    if (this.#origin === undefined) throw new Error('The server does not listen yet')
    return this.#origin
  }

  get port(): number {
    return Number(new URL(this.origin).port)
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#run.child
    return exitCode === null && signalCode === null
  }

  /** Resolves with all output once the process has ended. */
  get exited(): Promise<Exit> {
    return this.#run.exited
  }

  async listening(): Promise<void> {
    this.#origin = await printedText(this.#run.child, /(http:\/\/[^\s/]+)\/\?id=node1\b/, startWithinMs)
  }

  /** Resolves once the log has a line with this message. */
  async logged(message: string): Promise<void> {
    const { child, output } = this.#run
    while (!output.stderr.includes(`"${message}"`)) if (child.stderr) await once(child.stderr, 'data')
  }

  signal(signal: NodeJS.Signals): void {
    this.#run.child.kill(signal)
  }

  /** Ends the process like Ctrl+C in its terminal. */
  async stop(): Promise<void> {
    this.signal('SIGINT')
    await this.exited
  }

  /** Ends the process like a power cut. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.exited
  }

  /** Stops the execution of the process: connections stay open, and nothing is answered. */
  freeze(): void {
    this.signal('SIGSTOP')
  }

  thaw(): void {
    this.signal('SIGCONT')
  }

  /** Starts the server again on the same port after its end, or starts the server of another build there. */
  async restart(program = builtProgram): Promise<void> {
    this.#run = this.#start({ ...this.#environment, PORT: String(this.port) }, program)
    await this.listening()
  }

  #start(environment: ServerEnvironment, program: string): Run {
    if (!existsSync(program)) throw new Error(`${program} is not there: run "npm run build" first`)
    const [command, ...args] = [...this.#launcher, process.execPath, program]
    const child = spawn(command, args, {
      env: { NODE_ENV: 'production', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (output.stdout += chunk))
    child.stderr.on('data', (chunk) => (output.stderr += chunk))
    const exited = once(child, 'close').then(([code]) => ({ code, ...output }))
    return { child, output, exited }
  }
}
