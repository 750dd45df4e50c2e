import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { printedText } from '../support/printed-text.ts'
import { findCommand } from './find-command.ts'

interface Answers {
  readonly cpu: { readonly micros: number }
  readonly memory: { readonly rss: number; readonly heap: number }
  readonly rss: { readonly rss: number }
  readonly peak: { readonly rss: number }
  readonly watchLoop: object
  readonly loop: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface MeasuredProgram {
  /** The path of the script, relative to the root of the repository. */
  readonly script: string
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /**
   * The only processor that the process may use. If absent, or without the command `taskset`, the process may use
   * all.
   */
  readonly processor?: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const preload = new URL('measured.js', import.meta.url).href

/** Milliseconds until a server has printed its address. */
const startWithinMs = 30_000

/**
 * A server in a separate process that reports its use of CPU and memory. It prints its address, like
 * `http://127.0.0.1:1234`.
 */
export class MeasuredProcess {
  readonly port: number
  readonly #child: ChildProcess

  static async start({ script, args = [], environment = {}, processor }: MeasuredProgram): Promise<MeasuredProcess> {
    const taskset = processor === undefined ? undefined : findCommand('taskset')[0]
    const node = [process.execPath, '--expose-gc', '--import', preload, script, ...args]
    const [command = '', ...rest] = taskset ? [taskset, '-c', String(processor), ...node] : node
    const { HOST: _host, PORT: _port, ...inherited } = process.env
    const child = fork(rest[0] ?? '', rest.slice(1), {
      cwd: root,
      execPath: command,
      execArgv: [],
      env: { ...inherited, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const port = await printedText(child, /http:\/\/[^\s/]+:(\d+)/, startWithinMs)
    return new MeasuredProcess(child, Number(port))
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Only one question at a time. Rejects if the process has ended, or ends instead of answering. */
  async ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]> {
    const ended = new AbortController()
    const onExit = (): void => ended.abort(new Error('The measured process ended.'))
    this.#child.once('exit', onExit)
    try {
      const answer = once(this.#child, 'message', { signal: ended.signal })
      this.#child.send(question)
      return (await answer)[0] as Answers[Question]
    } finally {
      this.#child.off('exit', onExit)
    }
  }

  /** Ends the process like a power cut. */
  async kill(): Promise<void> {
    if (this.hasEnded) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}
