import type { OnProgress } from './simulation.ts'

/** Wall milliseconds until a run is long enough for a bar, and between two pictures of it. */
const firstAfterMs = 1_000
const everyMs = 100
const width = 40

/** Draws on one line of a terminal; `clear` takes it away. Elsewhere, in a file or a pipe, nothing is drawn. */
export const createProgressBar = (stream: NodeJS.WriteStream): { onProgress: OnProgress; clear(): void } => {
  if (!stream.isTTY) return { onProgress: () => {}, clear: () => {} }
  let nextAtMs = performance.now() + firstAfterMs
  let isDrawn = false
  return {
    onProgress(share, phase) {
      const nowMs = performance.now()
      if (nowMs < nextAtMs) return
      nextAtMs = nowMs + everyMs
      isDrawn = true
      const filled = Math.round(Math.min(1, share) * width)
      const bar = '█'.repeat(filled).padEnd(width, '░')
      stream.write(`\r\u001B[K${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${phase}`)
    },
    clear() {
      if (isDrawn) stream.write('\r\u001B[K')
    },
  }
}
