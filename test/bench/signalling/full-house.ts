import { randomBytes } from 'node:crypto'
import { type BenchTab, openBenchTab } from './bench-tab.ts'
import { startMeasured } from './servers.ts'

export interface FullHouse {
  readonly tabs: number
  /** Seconds until all tabs are registered, and then until each is introduced to its neighbour. */
  readonly registeredAfter: number
  readonly introducedAfter: number
  /** Bytes of the whole process, including garbage. */
  readonly rss: number
  /** Milliseconds by which the server's event loop was late. */
  readonly lateP99: number
  readonly lateMax: number
}

/** The number of tabs that open at the same time, and of introductions in progress. */
const atOnce = 64

const inLanes = async (count: number, run: (index: number) => Promise<void>): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1
      await run(next - 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** On one server, every tab registers and is introduced once to its neighbour. */
export const measureFullHouse = async (count: number): Promise<FullHouse> => {
  const server = await startMeasured('grapevine')
  const tabs: BenchTab[] = []
  const nameOf = (index: number): string => `node${index % count}`
  try {
    await server.ask('watchLoop')
    const begin = performance.now()
    await inLanes(count, async (index) => {
      tabs[index] = await openBenchTab('grapevine', server.port, nameOf(index), [nameOf(index + 1)])
    })
    const registered = performance.now()
    await inLanes(count, async (index) => {
      const [initiator, responder] = [tabs[index], tabs[(index + 1) % count]]
      if (!initiator || !responder) throw new Error(`tab ${index} is missing`)
      const attempt = randomBytes(16).toString('base64url')
      let left = 2 * initiator.messagesPerSide
      await new Promise<void>((resolve, reject) => {
        const arrived = (): void => {
          left -= 1
          if (left === 0) resolve()
        }
        listen(initiator, attempt, arrived)
        let isAnswered = false
        listen(responder, attempt, () => {
          arrived()
          if (!isAnswered) responder.sendSide(nameOf(index), attempt, 'answer').catch(reject)
          isAnswered = true
        })
        initiator.sendSide(nameOf(index + 1), attempt, 'offer').catch(reject)
      })
    })
    const introduced = performance.now()
    const { p99, max } = await server.ask('loop')
    return {
      tabs: count,
      registeredAfter: (registered - begin) / 1_000,
      introducedAfter: (introduced - registered) / 1_000,
      rss: (await server.ask('rss')).rss,
      lateP99: p99,
      lateMax: max,
    }
  } finally {
    for (const tab of tabs) tab.close()
    await server.kill()
  }
}

/** Each tab takes part in two introductions at a time, one with each neighbour. */
const listen = (tab: BenchTab, attempt: string, arrived: () => void): void => {
  const others = tab.onMessage
  tab.onMessage = (of, from) => {
    if (of === attempt) arrived()
    else others(of, from)
  }
}
