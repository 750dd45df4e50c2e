import type { OnProgress } from '../simulation.ts'

/** Wall-clock milliseconds after which the bar appears, and between two updates. */
const firstAfterMs = 1_000
const everyMs = 100
const width = 40

/** Draws on one line of a terminal; `clear` erases it. Draws nothing into a file or a pipe. */
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
