// Preloaded (`node --import`) into a measured process: reports its use of CPU and memory to its parent.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** @type {ReturnType<typeof monitorEventLoopDelay> | undefined} */
let delays

const answers = {
  /** Microseconds of CPU time, including the kernel's for this process. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return { micros: user + system }
  },
  /** Bytes after garbage collection: needs `--expose-gc`. */
  memory: () => {
    // The second collection frees what finalizers release after the first.
    globalThis.gc?.()
    globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, heap: heapUsed + external }
  },
  /** Present bytes, including garbage. */
  rss: () => ({ rss: process.memoryUsage.rss() }),
  /** The maximum of bytes so far. */
  peak: () => ({ rss: process.resourceUsage().maxRSS * 1024 }),
  watchLoop: () => {
    delays?.disable()
    delays = monitorEventLoopDelay({ resolution: 5 })
    delays.enable()
    return {}
  },
  /** Milliseconds by which the event loop was late since `watchLoop`. */
  loop: () => ({
    p50: Math.max(0, (delays?.percentile(50) ?? Number.NaN) / 1e6 - 5),
    p99: Math.max(0, (delays?.percentile(99) ?? Number.NaN) / 1e6 - 5),
    max: Math.max(0, (delays?.max ?? Number.NaN) / 1e6 - 5),
  }),
}

process.on('message', (/** @type {keyof typeof answers} */ question) => process.send?.(answers[question]()))
// The parent has ended.
process.on('disconnect', () => process.exit())
