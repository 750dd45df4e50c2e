import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
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
  /** From the root of the repository. */
  readonly script: string
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** The only processor that it may use; absent: any. Without the command `taskset` it may use all of them. */
  readonly processor?: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const preload = new URL('measured.js', import.meta.url).href

/** Milliseconds until a server has printed its address. */
const startWithinMs = 30_000

/** A server in a process of its own, which says what it uses. It prints its address, as `http://127.0.0.1:1234`. */
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
    return new MeasuredProcess(child, await portOf(child))
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** One question at a time. Rejects if the process has ended or ends instead of answering. */
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

  /** As a power cut. */
  async kill(): Promise<void> {
    if (this.hasEnded) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}

const portOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`The measured process ${why}:\n${output}`))
    }
    const timer = setTimeout(() => fail(`printed no address within ${startWithinMs} ms, but`), startWithinMs)
    const read = (chunk: Buffer): void => {
      // What comes after the address, such as warnings, is for nobody; it is read so that the pipe does not fill.
      if (output.length < 10_000) output += chunk.toString()
      const port = /http:\/\/[^\s/]+:(\d+)/.exec(output)?.[1]
      if (!port) return
      clearTimeout(timer)
      resolve(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => fail(`ended with code ${code}, and printed`))
  })
