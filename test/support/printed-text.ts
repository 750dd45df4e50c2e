import type { ChildProcess } from 'node:child_process'

/**
 * Resolves with the pattern's first group once the process has printed a match. Rejects, with all output so far, if the
 * process ends before; kills the process and rejects after `withinMs`.
 */
export const printedText = (child: ChildProcess, pattern: RegExp, withinMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`The process ${why} ${pattern}, but:\n${output}`))
    }
    const timer = setTimeout(() => fail(`did not print within ${withinMs} ms`), withinMs)
    // Keeps reading later output, such as warnings, so that the pipe does not fill.
    const read = (chunk: Buffer): void => {
      if (output.length < 10_000) output += chunk.toString()
      const found = pattern.exec(output)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => fail(`ended with code ${code} and did not print`))
  })
