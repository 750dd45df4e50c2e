/** Runs in every measured tab, beside the contestant: publishes what the benchmark asks for and counts what arrives. */
import { Arrivals, type ArrivalsReport } from './arrivals.ts'
import type { Open, OpenNode } from './contestant.ts'
import { CreditSender, flood, type FloodOptions } from './flood.ts'
import { decodeMessage, encodeMessage, headerBytes } from './message.ts'
import { keepTime } from './metronome.ts'
import { recordSteps, type Steps } from './steps.ts'

export interface PingOptions {
  readonly run: number
  readonly count: number
  /** Bytes of each message. */
  readonly bytes: number
  readonly everyMs: number
}

/**
 * The run of the message that a tab publishes as soon as it can: the number in its name. It was "sent" when the navigation
 * of the tab began.
 */
const greetingRun = (name: string): number => Number(/\d+/.exec(name)?.[0])

/** Milliseconds since 1970, on the clock that all tabs of a browser share. */
const now = (): number => performance.timeOrigin + performance.now()

const readSteps = recordSteps()

class Harness {
  readonly #node: Promise<OpenNode>
  readonly #runs = new Map<number, Arrivals>()
  readonly #credits = new Map<number, CreditSender>()
  #failed = 0

  constructor(open: Open) {
    const query = new URLSearchParams(location.search)
    const name = query.get('id') ?? ''
    this.#node = open({
      name,
      upstream: query.get('peer') ?? undefined,
      introducer: query.get('introducer') ?? '',
    }).then((node) => {
      node.onMessage((bytes) => this.#receive(bytes))
      this.#publish(node, encodeMessage(performance.timeOrigin, greetingRun(name), headerBytes))
      return node
    })
    // Whoever calls `ready` sees the reason.
    this.#node.catch(() => undefined)
  }

  /** Resolves when the contestant's node is open. */
  async ready(): Promise<void> {
    await this.#node
  }

  steps(): Steps {
    return readSteps()
  }

  arrivals(run: number): ArrivalsReport {
    return (this.#runs.get(run) ?? new Arrivals()).report()
  }

  /** The number of messages that the contestant refused to publish. */
  failed(): number {
    return this.#failed
  }

  /** From now on reports the arrivals of this run to the tab that floods. */
  credit(run: number, bytes: number): void {
    this.#credits.set(run, new CreditSender(run, bytes))
  }

  async ping({ run, count, bytes, everyMs }: PingOptions): Promise<void> {
    const node = await this.#node
    await keepTime(count, everyMs, () => this.#publish(node, encodeMessage(now(), run, bytes)))
  }

  /** Gives the number of messages that were sent. */
  async flood(options: FloodOptions): Promise<number> {
    const node = await this.#node
    return flood(options, () => this.#publish(node, encodeMessage(now(), options.run, options.bytes)))
  }

  #publish(node: OpenNode, message: Uint8Array<ArrayBuffer>): void {
    const published = node.publish(message)
    published?.catch(() => {
      this.#failed += 1
    })
  }

  #receive(bytes: Uint8Array): void {
    const { sentAt, run } = decodeMessage(bytes)
    let arrivals = this.#runs.get(run)
    if (!arrivals) {
      arrivals = new Arrivals()
      this.#runs.set(run, arrivals)
    }
    arrivals.add(sentAt, now())
    this.#credits.get(run)?.received(arrivals.count)
  }
}

export type { Harness }

const { contestant } = globalThis as unknown as { readonly contestant: { readonly open: Open } }

/** The benchmark calls its methods. */
export default new Harness(contestant.open)
