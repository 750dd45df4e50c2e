/** How many bytes of a flood are under way: sent, and not yet received at the end of the path. */
const windowBytes = 262_144

/** Milliseconds without an arrival after which all messages under way count as lost. */
const stallMs = 1_000

interface Credit {
  readonly run: number
  /** The number of messages of the run that have arrived. */
  readonly received: number
}

/** Reports arrivals to the sending tab, beside the network that is measured, so that the report costs it nothing. */
export class CreditSender {
  readonly #channel = new BroadcastChannel('credits')
  readonly #run: number
  readonly #every: number

  constructor(run: number, bytes: number) {
    this.#run = run
    this.#every = Math.max(1, Math.floor(windowBytes / bytes / 8))
  }

  received(count: number): void {
    if (count % this.#every !== 0) return
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
    this.#channel.postMessage({ run: this.#run, received: count } satisfies Credit)
  }
}

export interface FloodOptions {
  readonly run: number
  /** Bytes of each message. */
  readonly bytes: number
  readonly seconds: number
}

/** Sends messages for so many seconds, as fast as the receiver reports them. Gives their number. */
export const flood = async ({ run, bytes, seconds }: FloodOptions, send: () => void): Promise<number> => {
  const channel = new BroadcastChannel('credits')
  const window = Math.max(1, Math.floor(windowBytes / bytes))
  const end = performance.now() + 1_000 * seconds
  let [sent, received] = [0, 0]
  let wake: () => void = () => undefined
  channel.addEventListener('message', ({ data }: MessageEvent<Credit>) => {
    if (data.run !== run || data.received <= received) return
    received = data.received
    wake()
  })
  while (performance.now() < end) {
    for (; sent - received < window; sent += 1) send()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        received = sent
        resolve()
      }, stallMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  channel.close()
  return sent
}
