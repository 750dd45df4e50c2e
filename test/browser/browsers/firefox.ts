import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { waitUntil } from '../tabs/wait.ts'

type Preferences = Readonly<Record<string, string | number | boolean>>

/** What WebDriver BiDi sends: the reply to a command, or an event. */
interface Message {
  readonly id?: number
  readonly type: 'success' | 'error' | 'event'
  readonly method?: string
  readonly params?: { readonly source?: { readonly context?: string } } & LogEntry
  readonly result?: Record<string, unknown>
  readonly message?: string
}

interface LogEntry {
  readonly level?: string
  readonly text?: string | null
}

interface PendingCommand {
  readonly resolve: (result: Record<string, unknown>) => void
  readonly reject: (error: Error) => void
}

/** Milliseconds until Firefox has printed its address. It takes 2 s on an idle machine. */
const startWithinMs = 60_000

/** Firefox sets most of this by itself when it is automated. With these it sends no request to the internet. */
const quietPreferences: Preferences = {
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'messaging-system.rsexperimentloader.enabled': false,
  'browser.backup.enabled': false,
}

/** A real Firefox, driven over WebDriver BiDi: Playwright drives only a Firefox that it has patched. */
export class Firefox {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #pending = new Map<number, PendingCommand>()
  readonly #tabs = new Map<string, FirefoxTab>()
  #lastId = 0

  /** Starts a Firefox with a separate profile. `preferences`: names and values as in `about:config`. */
  static async launch(program: string, preferences: Preferences = {}): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'grapevine-firefox-'))
    const lines = Object.entries({ ...quietPreferences, ...preferences }).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    )
    await writeFile(join(profile, 'user.js'), lines.join(''))
    const child = spawn(program, ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    try {
      const socket = new WebSocket(`${await addressOf(child)}/session`)
      await once(socket, 'open')
      const firefox = new Firefox(child, profile, socket)
      await firefox.send('session.new', { capabilities: {} })
      await firefox.send('session.subscribe', { events: ['log.entryAdded'] })
      await firefox.send('script.addPreloadScript', { functionDeclaration: defineDeep.toString() })
      return firefox
    } catch (error) {
      child.kill('SIGKILL')
      await removeProfile(profile)
      throw error
    }
  }

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = child
    this.#profile = profile
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Message))
    socket.once('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('Firefox has ended'))
    })
  }

  /** Opens the page in a separate window. Resolves when the page has loaded. */
  async open(url: string): Promise<FirefoxTab> {
    const { context } = await this.send('browsingContext.create', { type: 'window' })
    const tab = new FirefoxTab(this, String(context))
    this.#tabs.set(String(context), tab)
    await tab.goto(url)
    return tab
  }

  send(method: string, params: object): Promise<Record<string, unknown>> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }

  async close(): Promise<void> {
    const exit = once(this.#process, 'exit')
    // Firefox may end before its reply arrives.
    await this.send('browser.close', {}).catch(() => undefined)
    await exit
    await removeProfile(this.#profile)
  }

  #receive({ id, type, method, params, result, message }: Message): void {
    if (method === 'log.entryAdded') {
      this.#tabs.get(params?.source?.context ?? '')?.console.push(`${params?.level ?? ''}: ${params?.text ?? ''}`)
    }
    const command = id === undefined ? undefined : this.#pending.get(id)
    if (id === undefined || !command) return
    this.#pending.delete(id)
    if (type === 'error') command.reject(new Error(message))
    else command.resolve(result ?? {})
  }
}

export class FirefoxTab {
  /** Every line of the console, including uncaught errors, as `level: text`. */
  readonly console: string[] = []
  readonly #firefox: Firefox
  readonly #context: string

  constructor(firefox: Firefox, context: string) {
    this.#firefox = firefox
    this.#context = context
  }

  async goto(url: string): Promise<void> {
    await this.#firefox.send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' })
  }

  async reload(): Promise<void> {
    await this.#firefox.send('browsingContext.reload', { context: this.#context, wait: 'complete' })
  }

  /**
   * The value of an expression, or of the promise that it returns: a string, a number, a boolean, or `undefined`. In the
   * expression, `deep(selector)` is the first element that matches in any shadow root.
   */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#firefox.send('script.evaluate', {
      expression,
      target: { context: this.#context },
      awaitPromise: true,
    })
    const { result, exceptionDetails } = answer as {
      result?: { value?: unknown }
      exceptionDetails?: { text: string }
    }
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`)
    return result?.value
  }

  /** Waits until the expression is true. An expression that throws counts as false. */
  async waitFor(expression: string, withinMs?: number): Promise<void> {
    await waitUntil(
      expression,
      () => this.evaluate(expression),
      (value) => value === true,
      { ...(withinMs !== undefined && { withinMs }), describe: async () => `console: ${this.console.join('\n')}` },
    )
  }

  /** Closes the tab like its close button. */
  async close(): Promise<void> {
    await this.#firefox.send('browsingContext.close', { context: this.#context })
  }
}

/** Firefox's helpers may write for a moment after it has ended. */
const removeProfile = (profile: string): Promise<void> =>
  rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })

/** Runs in the page before its own scripts, so it can use nothing from outside. */
const defineDeep = (): void => {
  const deep = (selector: string, root: ParentNode = document): Element | undefined =>
    root.querySelector(selector) ??
    Array.from(root.querySelectorAll('*'), ({ shadowRoot }) => shadowRoot && deep(selector, shadowRoot)).find(
      Boolean,
    ) ??
    undefined
  Object.assign(window, { deep })
}

/** `ws://127.0.0.1:1234`, once Firefox listens. */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`Firefox ${why}:\n${output}`))
    }
    const timer = setTimeout(() => fail(`printed no address within ${startWithinMs} ms, but`), startWithinMs)
    child.stderr?.on('data', (chunk: Buffer) => {
      // Reads the output after the address too, so that the pipe does not fill.
      if (output.length < 10_000) output += chunk.toString()
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(output)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    })
    child.once('error', (error) => fail(`did not start (${error.message}), and printed`))
    child.once('exit', (code) => fail(`ended with code ${String(code)}, and printed`))
  })
