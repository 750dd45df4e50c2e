/**
 * Measures whether an archive in Node.js grows: `npm run soak:archive -- [--minutes 60] [--rate 198] [--every 60] [--keep-mib
 * 16]`. Two tabs in a line, in real Chromium, publish; the first one is linked to the archive. Prints, per `every` seconds, the
 * archive's memory, the size of its files, and the number of messages that the tab next to it counts in its announcement. Exits
 * with 1 if its memory after the last tenth is more than a quarter above that after the first half.
 */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from '../browser/browsers/find-browser.ts'
import { launchBrowser } from '../browser/browsers/browser-launch.ts'
import { knownNodes } from '../browser/tabs/known-network.ts'
import { Network } from '../browser/tabs/network.ts'
import type { Tab } from '../browser/tabs/tab.ts'
import { ArchiveProcess } from '../support/archive-process.ts'
import { readArguments } from '../support/command-line.ts'
import { ServerProcess } from '../support/server-process.ts'

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const given = readArguments({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '198' },
    every: { type: 'string', default: '60' },
    'keep-mib': { type: 'string', default: '16' },
  },
  args: process.argv.slice(2),
})
const values = typeof given === 'string' ? fail(given) : given.values
const amount = (name: keyof typeof values): number => {
  const value = Number(values[name])
  return value > 0 && value <= 100_000 ? value : fail(`--${name} must be a number above 0, at most 100000`)
}
const [minutes, rate, every] = [amount('minutes'), amount('rate'), amount('every')]

const residentMb = async ({ child }: ArchiveProcess): Promise<number> => {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) / 1_024
}

const filesMb = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0) / 1_048_576
}

const publishForEver = (tab: Tab): Promise<void> =>
  tab.page.evaluate((everyMs) => {
    let published = 0
    setInterval(() => {
      published += 1
      void window.grapevine?.publish({ text: `message ${published}` })
    }, everyMs)
  }, 2_000 / rate)

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(14)).join('')

const folder = await mkdtemp(join(tmpdir(), 'grapevine-soak-'))
const server = await ServerProcess.start()
const browser = await launchBrowser(await findBrowser())
const network = new Network(browser, server.origin)
const archive = new ArchiveProcess(
  [
    '--server',
    server.origin,
    '--id',
    'archive',
    '--net',
    network.name,
    '--data',
    folder,
    '--keep-mib',
    values['keep-mib'],
  ],
  {},
)
try {
  await archive.up()
  const first = await network.open('id=node1&peer=archive')
  const second = await network.open('id=node2&peer=node1')
  await first.waitForLinks({ archive: 'up', node2: 'up' })
  await Promise.all([first, second].map(publishForEver))
  const begunAt = performance.now()
  const samples: number[] = []
  console.log(row(['minutes', 'resident MB', 'files MB', 'messages']))
  while (performance.now() - begunAt < minutes * 60_000) {
    await second.page.waitForTimeout(every * 1_000)
    const memory = await residentMb(archive)
    samples.push(memory)
    const known = (await knownNodes(first)).find(({ name }) => name === 'archive')
    console.log(row([(performance.now() - begunAt) / 60_000, memory, await filesMb(folder), known?.entries ?? 0]))
  }
  const half = samples[Math.floor(samples.length / 2)] ?? 0
  if ((samples.at(-1) ?? 0) > 1.25 * half) fail('the archive grows')
  const { code } = await archive.end('SIGTERM')
  if (code !== 0) fail(`the archive ended with code ${code}`)
} finally {
  archive.child.kill('SIGKILL')
  await network.close().catch(() => undefined)
  await browser.close()
  await server.stop()
  await rm(folder, { recursive: true })
}
