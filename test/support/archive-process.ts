import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printedText } from './printed-text.ts'

const program = fileURLToPath(new URL('../../dist/node/main.js', import.meta.url))

/** Milliseconds until the node has printed that it is up. It takes 0.5 s on an idle machine. */
const startWithinMs = 40_000

interface Exit {
  readonly code: number | null
  readonly output: string
}

/** `npm run node` in a process of its own, after the build. */
export class ArchiveProcess {
  readonly child: ChildProcess
  /** All that it has printed, errors included. */
  output = ''
  readonly exited: Promise<Exit>

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    if (!existsSync(program)) throw new Error(`${program} is not there: run "npm run build" first`)
    const child = spawn(process.execPath, [program, ...args], {
      env: { HOME: '/nonexistent', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.output += chunk))
    this.child = child
    this.exited = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal,
      output: this.output,
    }))
  }

  /** Resolves with its PeerId once it is up. */
  up(): Promise<string> {
    return printedText(this.child, / is up: PeerId (\S{43}),/, startWithinMs)
  }

  /** Ends it, and resolves with its exit code and its output. */
  end(signal: NodeJS.Signals): Promise<Exit> {
    this.child.kill(signal)
    return this.exited
  }
}
