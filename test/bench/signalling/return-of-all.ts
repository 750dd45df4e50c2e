import { setTimeout as pause } from 'node:timers/promises'
import { GrapevineTab } from './bench-tab.ts'
import { startMeasured } from './servers.ts'

export interface ReturnOfAll {
  readonly tabs: number
  /** The number of seconds for which the server was away. */
  readonly away: number
  /** Seconds from the server's return until half of the tabs, 99 % of them, and the last one are registered. */
  readonly half: number
  readonly p99: number
  readonly last: number
  /** The maximum of registrations within 100 ms, and within a second. */
  readonly peakPer100Ms: number
  readonly peakPerSecond: number
}

const peakWithin = (times: readonly number[], ms: number): number =>
  Math.max(0, ...times.map((begin, index) => times.filter((time, other) => other >= index && time < begin + ms).length))

/** Kills the server, and measures how the tabs come back by the client's own reconnection. */
export const measureReturn = async (count: number, away: number): Promise<ReturnOfAll> => {
  let server = await startMeasured('grapevine')
  const { port } = server
  const tabs: GrapevineTab[] = []
  /** Resolves once every tab has had this status. */
  const all = (status: 'registered' | 'offline', seen: () => void = () => undefined): Promise<unknown> =>
    Promise.all(
      tabs.map(
        (tab) =>
          new Promise<void>((resolve) => {
            tab.onState = (state) => {
              if (state.status !== status) return
              tab.onState = () => undefined
              seen()
              resolve()
            }
          }),
      ),
    )
  try {
    for (let index = 0; index < count; index += 1) {
      tabs.push(new GrapevineTab(port, `node${index}`, [`node${(index + 1) % count}`]))
    }
    const registered = all('registered')
    for (const tab of tabs) tab.start()
    await registered
    const lost = all('offline')
    await server.kill()
    const downAt = performance.now()
    await lost
    const times: number[] = []
    const back = all('registered', () => times.push(performance.now()))
    await pause(Math.max(0, away * 1_000 - (performance.now() - downAt)))
    server = await startMeasured('grapevine', port)
    const begin = performance.now()
    await back
    const since = times.map((time) => Math.max(0, time - begin)).sort((a, b) => a - b)
    const at = (share: number): number => (since[Math.ceil(share * count) - 1] ?? Number.NaN) / 1_000
    return {
      tabs: count,
      away: (begin - downAt) / 1_000,
      half: at(0.5),
      p99: at(0.99),
      last: at(1),
      peakPer100Ms: peakWithin(since, 100),
      peakPerSecond: peakWithin(since, 1_000),
    }
  } finally {
    for (const tab of tabs) tab.close()
    await server.kill()
  }
}
