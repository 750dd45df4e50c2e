import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { launchBrowser } from '../browser/browsers/browser-launch.ts'
import { findBrowser } from '../browser/browsers/find-browser.ts'
import { builtProgram, ServerProcess } from '../support/server-process.ts'
import { type Joining, joinLate, openSender, type Publication } from './late-joiner.ts'
import { execute, median, reference, withReference } from './reference.ts'

const publications: readonly Publication[] = ['one by one', 'in bursts']

interface Figure {
  readonly words: string
  readonly publication: Publication
  readonly of: keyof Joining
  readonly target: string
}

const task = { target: '≤ 50 ms' }
const figures: readonly Figure[] = [
  { words: 'until all have arrived, ms', publication: 'one by one', of: 'arrivalMs', target: '≤ 0.125, ≤ 1,000 ms' },
  { words: 'longest task of the joiner, ms', publication: 'one by one', of: 'joinerTaskMs', ...task },
  { words: 'longest task of the sender, ms', publication: 'one by one', of: 'senderTaskMs', ...task },
  { words: "CPU time of the joiner's browser, ms", publication: 'one by one', of: 'cpuMs', target: '' },
  { words: "the joiner's IndexedDB, bytes", publication: 'one by one', of: 'storedBytes', target: '≤ 0.8' },
  { words: 'its records, bytes', publication: 'one by one', of: 'recordBytes', target: '≤ 0.8' },
  { words: 'until all have arrived, ms', publication: 'in bursts', of: 'arrivalMs', target: '≤ 1' },
  { words: 'longest task of the joiner, ms', publication: 'in bursts', of: 'joinerTaskMs', ...task },
  { words: 'longest task of the sender, ms', publication: 'in bursts', of: 'senderTaskMs', ...task },
  { words: "CPU time of the joiner's browser, ms", publication: 'in bursts', of: 'cpuMs', target: '' },
]

/** One build with its own server: for each publication a tab that holds the messages, and what its joiners measured. */
class Build {
  readonly #server: ServerProcess
  readonly #senders = new Map<Publication, Page>()
  readonly #joinings = new Map<Publication, Joining[]>(publications.map((publication) => [publication, []]))

  private constructor(server: ServerProcess) {
    this.#server = server
  }

  static async start(browser: Browser, program: string, messages: number): Promise<Build> {
    const server = new ServerProcess({}, program)
    await server.listening()
    const build = new Build(server)
    for (const publication of publications) {
      build.#senders.set(publication, await openSender(browser, server.origin, messages, publication))
    }
    return build
  }

  async join(chromePath: string, publication: Publication, messages: number): Promise<void> {
    const sender = this.#senders.get(publication)
    const joinings = this.#joinings.get(publication)
    if (!sender || !joinings) throw new Error(`No tab has published ${publication}`)
    joinings.push(await joinLate(chromePath, sender, messages, `joiner${joinings.length + 1}`))
  }

  median({ publication, of }: Figure): number {
    return median((this.#joinings.get(publication) ?? []).map((joining) => joining[of]))
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

const numberWords = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

const row = (cells: readonly string[]): string =>
  `  ${cells.map((cell, index) => (index === 0 ? cell.padEnd(50) : cell.padStart(index === 3 ? 8 : 12))).join('')}`

const report = (now: Build, before: Build | undefined): void => {
  console.log(`${row(['', 'before', 'now', 'ratio'])}  target`)
  for (const figure of figures) {
    const [here, there] = [now.median(figure), before?.median(figure)]
    const cells = [there === undefined ? '' : numberWords.format(there), numberWords.format(here)]
    const ratio = there === undefined ? '' : (here / there).toFixed(2)
    console.log(`${row([`${figure.publication}: ${figure.words}`, ...cells, ratio])}  ${figure.target}`.trimEnd())
  }
}

/**
 * What a late joiner's first minute costs, in this build and in the one before the core took bytes, in turns: a tab holds
 * messages, and a new one links to it over one hop, in real Chromium with a profile on disk.
 */
export const run = ({ isQuick }: { readonly isQuick: boolean }): Promise<void> =>
  withReference(async (folder) => {
    const messages = isQuick ? 300 : 10_000
    const chromePath = await findBrowser()
    const browser = await launchBrowser(chromePath)
    const started: Build[] = []
    const start = async (program: string): Promise<Build> => {
      const build = await Build.start(browser, program, messages)
      started.push(build)
      return build
    }
    try {
      const before = folder === undefined ? undefined : await start(await buildProgram(folder))
      const now = await start(builtProgram)
      for (let turn = 0; turn < (isQuick ? 1 : 3); turn += 1) {
        for (const publication of publications) {
          await before?.join(chromePath, publication, messages)
          await now.join(chromePath, publication, messages)
        }
      }
      console.log(`  ${numberWords.format(messages)} messages of node1 for a late joiner; 50 ms: no task was longer`)
      report(now, before)
      if (!before) console.log(`  no comparison: this clone has no commit ${reference}`)
    } finally {
      await browser.close()
      for (const build of started) await build.stop()
    }
  })

/** The program of a checkout's server, which serves its page. */
const buildProgram = async (folder: string): Promise<string> => {
  await execute(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--app'], { cwd: folder })
  return join(folder, 'dist', 'server', 'main.js')
}
