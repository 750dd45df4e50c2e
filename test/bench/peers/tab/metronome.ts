/**
 * Calls `beat` so many times, and resolves after the last. The time comes from a worker: the timers of a hidden tab fire
 * once a second.
 */
export const keepTime = async (beats: number, everyMs: number, beat: () => void): Promise<void> => {
  const source = `setInterval(() => postMessage(undefined), ${everyMs})`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url)
  try {
    await new Promise<void>((resolve, reject) => {
      let left = beats
      worker.addEventListener('error', () => reject(new Error('the worker of the metronome failed')))
      worker.addEventListener('message', () => {
        beat()
        left -= 1
        if (left === 0) resolve()
      })
    })
  } finally {
    worker.terminate()
    URL.revokeObjectURL(url)
  }
}
