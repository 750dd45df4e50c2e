import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { browserArgs } from './browser-launch.ts'
import { waitUntil } from '../tabs/wait.ts'

interface Reply {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

interface PendingCommand {
  readonly resolve: (result: Record<string, unknown>) => void
  readonly reject: (error: Error) => void
}

/**
 * A browser without Playwright, which keeps every page visible and focused. Here only the tab that was opened last is
 * visible, as for a person.
 */
export class RawBrowser {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #commands: Writable
  readonly #pending = new Map<number, PendingCommand>()
  #lastId = 0

  static async launch(chromePath: string): Promise<RawBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'grapevine-browser-'))
    const args = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${profile}`, ...browserArgs]
    // The pipe is file descriptors 3 (commands) and 4 (replies): JSON texts, each ended by a zero byte.
    const process = spawn(chromePath, [...args, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    return new RawBrowser(process, profile)
  }

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process
    this.#profile = profile
    this.#commands = process.stdio[3] as Writable
    const replies = process.stdio[4] as Readable
    let rest = ''
    replies.setEncoding('utf8').on('data', (chunk: string) => {
      const texts = (rest + chunk).split('\0')
      rest = texts.pop() ?? ''
      for (const text of texts) this.#receive(JSON.parse(text) as Reply)
    })
    process.once('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the browser has ended'))
    })
  }

  async open(url: string): Promise<RawTab> {
    const { targetId } = await this.send('Target.createTarget', { url })
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    return new RawTab(this, String(sessionId))
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  async close(): Promise<void> {
    const exit = once(this.#process, 'exit')
    // The browser may end before its reply arrives.
    await Promise.all([exit, this.send('Browser.close').catch(() => undefined)])
    // The helper processes of the browser may write for a moment after it has ended.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }

  #receive({ id, result, error }: Reply): void {
    const command = id === undefined ? undefined : this.#pending.get(id)
    if (id === undefined || !command) return
    this.#pending.delete(id)
    if (error) command.reject(new Error(error.message))
    else command.resolve(result ?? {})
  }
}

export class RawTab {
  readonly #browser: RawBrowser
  readonly #sessionId: string

  constructor(browser: RawBrowser, sessionId: string) {
    this.#browser = browser
    this.#sessionId = sessionId
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#sessionId)
  }

  /** The value of an expression, or of the promise that it returns, as JSON. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true }
    const answer = await this.send('Runtime.evaluate', params)
    const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: unknown }
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`)
    return result.value
  }

  /** Waits until the expression is true. An expression that throws counts as false. */
  async waitFor(expression: string): Promise<void> {
    await waitUntil(
      expression,
      () => this.evaluate(expression),
      (value) => value === true,
    )
  }
}
