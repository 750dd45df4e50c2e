import { type BenchTab, openBenchTab } from './bench-tab.ts'
import { type ServerKind, startMeasured } from './servers.ts'

export interface IdleMemorySetting {
  /**
   * The number of tabs before the first measurement, for what a server allocates only once, and the number of tabs
   * that are measured.
   */
  readonly before: number
  readonly tabs: number
}

export interface IdleMemory {
  readonly kind: ServerKind
  /** Bytes per connected silent tab, after a garbage collection. */
  readonly heap: number
  readonly rss: number
}

const allKinds: readonly ServerKind[] = ['grapevine', 'socket.io-released', 'socket.io', 'ws', 'peerjs']

const measure = async (kind: ServerKind, setting: IdleMemorySetting): Promise<IdleMemory> => {
  const server = await startMeasured(kind)
  const tabs: BenchTab[] = []
  const openUntil = async (count: number): Promise<void> => {
    while (tabs.length < count) {
      const first = tabs.length
      const length = Math.min(50, count - first)
      const opened = Array.from({ length }, (_, index) =>
        openBenchTab(kind, server.port, `node${first + index}`, [`node${Math.max(0, first + index - 1)}`]),
      )
      tabs.push(...(await Promise.all(opened)))
    }
    // The next collection frees what finalizers release in this one.
    await server.ask('memory')
  }
  try {
    await openUntil(setting.before)
    const before = await server.ask('memory')
    await openUntil(setting.before + setting.tabs)
    const after = await server.ask('memory')
    return { kind, heap: (after.heap - before.heap) / setting.tabs, rss: (after.rss - before.rss) / setting.tabs }
  } finally {
    for (const tab of tabs) tab.close()
    await server.kill()
  }
}

export const measureIdleMemory = async (
  setting: IdleMemorySetting,
  kinds = allKinds,
): Promise<readonly IdleMemory[]> => {
  const results: IdleMemory[] = []
  for (const kind of kinds) results.push(await measure(kind, setting))
  return results
}
