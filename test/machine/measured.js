// Preloaded (`node --import`) into a process that is measured: it answers its parent with what it has used so far.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** @type {ReturnType<typeof monitorEventLoopDelay> | undefined} */
let delays

const answers = {
  /** Microseconds of CPU time, the kernel's for this process included. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return { micros: user + system }
  },
  /** Bytes, without what can be collected: needs `--expose-gc`. */
  memory: () => {
    // The second one collects what the finalizers of the first one let go.
    globalThis.gc?.()
    globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, heap: heapUsed + external }
  },
  /** Bytes now, garbage included. */
  rss: () => ({ rss: process.memoryUsage.rss() }),
  /** The most bytes that it ever held at one time. */
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
// Nobody is left to measure for.
process.on('disconnect', () => process.exit())
