import { setTimeout } from 'node:timers/promises'
import { waitUntil } from '../../browser/tabs/wait.ts'
import type { LineBrowser, LineTab } from './line-browser.ts'
import type { ArrivalsReport } from './tab/arrivals.ts'
import type { Harness, PingOptions } from './tab/harness.ts'
import type { Steps } from './tab/steps.ts'
import type { Venue } from './venue.ts'

/** The runs below are those of the first message of each tab: its number in the line. */
const firstRun = 1_000

const limits = {
  /** Milliseconds until the first message of a new tab has reached its upstream. */
  greetingMs: 40_000,
  /** Milliseconds after the last message of a run, without a new one, after which those that are missing count as lost. */
  lateMs: 3_000,
  /** Milliseconds until a tab has answered. The longest answer is that of a long line to its messages. */
  answerMs: 60_000,
}

/** Rejects if a tab is too busy to answer. */
const answered = async (answer: Promise<unknown>, what: string): Promise<unknown> => {
  const ended = new AbortController()
  const late = async (): Promise<never> => {
    await setTimeout(limits.answerMs, undefined, { signal: ended.signal })
    throw new Error(`a tab did not answer within ${limits.answerMs / 1_000} s (${what})`)
  }
  try {
    return await Promise.race([answer, late()])
  } finally {
    ended.abort()
  }
}

export interface Latencies {
  /** Milliseconds of each message that arrived, one list for each direction. */
  readonly there: readonly number[]
  readonly back: readonly number[]
}

export interface Greeting extends Steps {
  /** Milliseconds from the navigation of a tab to the arrival of its first message at the tab before. */
  readonly arrived: number
}

export interface Flow {
  readonly perSecond: number
  /** The share of messages that were sent and did not arrive. */
  readonly lost: number
}

type Methods = { readonly [Name in keyof Harness]: Harness[Name] }

/** Tabs of one contestant, each of which has the one before as its upstream. */
export class Line {
  readonly #venue: Venue
  readonly #browser: LineBrowser
  readonly #tabs: LineTab[] = []
  #lastRun = firstRun

  constructor(venue: Venue, browser: LineBrowser) {
    this.#venue = venue
    this.#browser = browser
  }

  get tabs(): readonly LineTab[] {
    return this.#tabs
  }

  /** Opens one more tab and waits until its first message has arrived at the tab before; undefined for the first tab. */
  async extend(): Promise<Greeting | undefined> {
    const upstream = this.#tabs.at(-1)
    const number = this.#tabs.length + 1
    const address = this.#venue.address(`node${number}`, upstream && `node${number - 1}`)
    const tab = await this.#browser.open(address, this.#venue.script)
    this.#tabs.push(tab)
    if (!upstream) {
      await this.#call(tab, 'ready')
      return undefined
    }
    const { delays } = await waitUntil(
      `the first message of node${number}`,
      () => this.#arrivals(upstream, number),
      ({ count }) => count > 0,
      { withinMs: limits.greetingMs, describe: async () => String(await this.#call(tab, 'ready').catch(String)) },
    )
    const [arrived = Number.NaN] = delays
    return { ...(await this.#call(tab, 'steps')), arrived }
  }

  /** Waits until messages pass from end to end in both directions. */
  async connected(): Promise<void> {
    const [first, last] = this.#ends()
    for (const [from, to] of [
      [first, last],
      [last, first],
    ] as const) {
      const run = this.#nextRun()
      await waitUntil(
        'a message from end to end',
        async () => {
          await this.#call(from, 'ping', { run, count: 1, bytes: 100, everyMs: 1 })
          return this.#arrivals(to, run)
        },
        ({ count }) => count > 0,
        { withinMs: limits.greetingMs },
      )
    }
  }

  /** Sends so many messages from the first tab to the last, then as many back, and gives what each of them needed. */
  async ping(options: Omit<PingOptions, 'run'>): Promise<Latencies> {
    const [first, last] = this.#ends()
    return { there: await this.#pingOneWay(first, last, options), back: await this.#pingOneWay(last, first, options) }
  }

  async #pingOneWay(from: LineTab, to: LineTab, options: Omit<PingOptions, 'run'>): Promise<readonly number[]> {
    const run = this.#nextRun()
    await this.#call(from, 'ping', { ...options, run })
    return (await this.#settled(to, run, options.count)).delays
  }

  /** Sends as many messages as pass from the first tab to the last. */
  async flood(options: { bytes: number; seconds: number }): Promise<Flow> {
    const [first, last] = this.#ends()
    const run = this.#nextRun()
    await this.#call(last, 'credit', run, options.bytes)
    const sent = await this.#call(first, 'flood', { ...options, run })
    const { count, perSecond } = await this.#settled(last, run, sent)
    return { perSecond, lost: 1 - count / sent }
  }

  #ends(): readonly [LineTab, LineTab] {
    const [first, last] = [this.#tabs[0], this.#tabs.at(-1)]
    if (!first || !last || first === last) throw new Error('the line has fewer than two tabs')
    return [first, last]
  }

  #nextRun(): number {
    this.#lastRun += 1
    return this.#lastRun
  }

  /** What has arrived when all messages of the run are there, or none has come for a while. */
  async #settled(tab: LineTab, run: number, sent: number): Promise<ArrivalsReport> {
    let arrivals = await this.#arrivals(tab, run)
    let changedAt = performance.now()
    while (arrivals.count < sent && performance.now() - changedAt < limits.lateMs) {
      await setTimeout(100)
      const next = await this.#arrivals(tab, run)
      if (next.count !== arrivals.count) changedAt = performance.now()
      arrivals = next
    }
    return arrivals
  }

  #arrivals(tab: LineTab, run: number): Promise<ArrivalsReport> {
    return this.#call(tab, 'arrivals', run)
  }

  async #call<Name extends keyof Methods>(
    tab: LineTab,
    method: Name,
    ...args: Parameters<Methods[Name]>
  ): Promise<Awaited<ReturnType<Methods[Name]>>> {
    const list = args.map((arg) => JSON.stringify(arg)).join(', ')
    const value = await answered(tab.evaluate(`harness.${method}(${list})`), method)
    return value as Awaited<ReturnType<Methods[Name]>>
  }
}
