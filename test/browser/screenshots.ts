/**
 * Takes pictures of the running app. `npm run screenshots` writes the pictures of the README. With a folder as its
 * argument it also writes there the states that a person may meet.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContextOptions } from 'playwright'
import { launchBrowser } from './browsers/browser-launch.ts'
import { openWindow } from './browsers/browser-window.ts'
import { findBrowser } from './browsers/find-browser.ts'
import { whileStopped } from './browsers/renderer-process.ts'
import { ServerProcess } from '../support/server-process.ts'
import { Tab } from './tabs/tab.ts'

const pathOf = (name: string): string => fileURLToPath(new URL(`../../public/screenshots/${name}.png`, import.meta.url))
const wide = { viewport: { width: 1440, height: 900 } }
const column = { width: 480, height: 640 }
const line = ['?id=node1', '?id=node2&peer=node1', '?id=node3&peer=node2'] as const

/** Another browser: it has its own storage, so other keys. */
const openTabs = async (
  browser: Browser,
  server: ServerProcess,
  queries: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Tab[]> => {
  const profile = await browser.newContext({ viewport: column, colorScheme: 'light', deviceScaleFactor: 2, ...options })
  const tabs: Tab[] = []
  for (const query of queries) {
    const tab = new Tab(await openWindow(profile))
    await tab.page.goto(`${server.origin}/${query}`)
    tabs.push(tab)
  }
  return tabs
}

/** Three tabs in a line. Each has pinged, from one to three entries apart, so that every path is visible. */
const openLine = async (browser: Browser, server: ServerProcess, options?: BrowserContextOptions): Promise<Tab[]> => {
  const tabs = await openTabs(browser, server, line, options)
  await tabs[0]?.waitForLinks({ node2: 'up' })
  await tabs[2]?.waitForLinks({ node2: 'up' })
  for (const [index, tab] of tabs.entries()) {
    await tab.ping()
    for (const reader of tabs) await reader.waitForMessage(`node${index + 1}`, "I'm alive")
  }
  return tabs
}

/** A ring of six, seen from one of its tabs, which shows the path of another tab's ping to all. */
const traceInRing = async (browser: Browser, server: ServerProcess): Promise<Buffer> => {
  const size = 6
  const options = { ...wide, deviceScaleFactor: 1.25 }
  const tabs = await openTabs(browser, server, Array<string>(size).fill(`?class=ring-${size}`), options)
  const [first] = tabs
  if (!first) throw new Error('no tab')
  const isWhole = (count: number): boolean => window.grapevine?.network().nodes.length === count
  await first.page.waitForFunction(isWhole, size)
  const author = `ring-${size}-4`
  for (const tab of tabs) if (new URL(tab.page.url()).searchParams.get('id') === author) await tab.ping()
  await first.waitForMessage(author, "I'm alive")
  await first.page.getByRole('button', { name: `Trace message 1 of ${author}` }).click()
  await first.waitForText(new RegExp(`Reached ${size} of ${size} known nodes`))
  // The last hop is marked once the trace has been played to its end.
  await first.waitForText(/hop 5 of 5/)
  const shown = await picture(first)
  await closeTabs(tabs)
  return shown
}

const closeTabs = async (tabs: readonly Tab[]): Promise<void> => {
  await Promise.all(tabs.map((tab) => tab.page.context().close()))
}

/**
 * Resolves once the nodes and links of the picture have faded in. Playwright ends only animations that have already
 * begun.
 */
const picture = async (tab: Tab): Promise<Buffer> => {
  await tab.page
    .locator('grapevine-picture')
    .locator('.node, .link')
    .evaluateAll((marks) =>
      Promise.allSettled(marks.flatMap((mark) => mark.getAnimations()).map((fade) => fade.finished)),
    )
  return tab.page.screenshot({ animations: 'disabled' })
}

/** Shows the tabs side by side, each under its address. */
const compose = async (browser: Browser, tabs: readonly Tab[]): Promise<Buffer> => {
  const figures = await Promise.all(
    tabs.map(async (tab) => {
      const address = new URL(tab.page.url())
      const image = (await picture(tab)).toString('base64')
      const caption = `localhost:3000/${address.search}`.replaceAll('&', '&amp;')
      return `<figure><figcaption>${caption}</figcaption><img src="data:image/png;base64,${image}"></figure>`
    }),
  )
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, deviceScaleFactor: 1.5 })
  await page.setContent(`
    <style>
      body { margin: 0; }
      main { display: inline-flex; gap: 16px; padding: 16px; background: #dfe3ea; }
      figure { margin: 0; border-radius: 10px; overflow: hidden; box-shadow: 0 1px 6px #0003; background: #fff; }
      figcaption { padding: 8px 14px; background: #f1f3f6; font: 14px system-ui, sans-serif; color: #333; }
      img { display: block; width: ${column.width}px; height: ${column.height}px; }
    </style>
    <main>${figures.join('')}</main>`)
  const composed = await page.locator('main').screenshot()
  await page.close()
  return composed
}

/** Each state with the tab that shows it. The server of the last state has ended. */
const showStates = async (browser: Browser, server: ServerProcess, save: Save): Promise<void> => {
  const show = async (name: string, query: string, isThere: (tab: Tab) => Promise<unknown>): Promise<void> => {
    const tabs = await openTabs(browser, server, [query])
    for (const tab of tabs) {
      await isThere(tab)
      await save(name, tab)
    }
    await closeTabs(tabs)
  }
  await show('alone', '?id=alone', (tab) => tab.waitForState('online'))
  await show('waiting', '?id=node5&peer=node4', (tab) => tab.waitForLinks({ node4: 'waiting' }))
  await show('bad-address', '?id=bad!name', (tab) => tab.waitForState('error'))
  await show('warnings', '?id=node6&peer=node6,no/name', (tab) => tab.waitForText(/itself/))

  const twice = await openTabs(browser, server, ['?id=node7', '?id=node7'])
  await twice[1]?.waitForState('error')
  if (twice[1]) await save('name-taken', twice[1])
  await closeTabs(twice)

  const looks: Readonly<Record<string, BrowserContextOptions>> = {
    dark: { colorScheme: 'dark' },
    phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    wide,
  }
  for (const [name, options] of Object.entries(looks)) {
    const tabs = await openLine(browser, server, options)
    if (tabs[1]) await save(name, tabs[1])
    // The next browser has other keys, and the server reserves a name for its last key. So this line uses another
    // server.
    await closeTabs(tabs)
    await server.kill()
    await server.restart()
  }

  const tabs = await openLine(browser, server)
  await server.kill()
  for (const tab of tabs) await tab.waitForState('offline')
  if (tabs[1]) await save('offline', tabs[1])
  await closeTabs(tabs)
}

type Save = (name: string, tab: Tab) => Promise<void>

/**
 * A ring of ten with its picture. Then one of its tabs stops and is quiet at its two neighbours, and a trace is
 * shown.
 */
const showRing = async (browser: Browser, server: ServerProcess, save: Save): Promise<void> => {
  const size = 10
  const tabs = await openTabs(browser, server, Array<string>(size).fill(`?class=ring-${size}`), wide)
  const [first, last] = [tabs[0], tabs.at(-1)]
  if (!first || !last) throw new Error('no tabs')
  await first.page.waitForFunction((count) => window.grapevine?.network().nodes.length === count, size)
  await first.waitForText(new RegExp(`${size} nodes, ${size} links, all in sync`))
  await save('ring', first)
  await whileStopped(await last.rendererProcess(), async () => {
    await first.ping()
    await first.waitForText(/quiet/i)
    await first.page.getByRole('button', { name: 'Trace the latest message' }).click()
    await first.waitForText(/Reached 9 of/)
    await save('quiet', first)
    await first.page.getByRole('tab', { name: 'Connection' }).click()
    await save('quiet-connection', first)
  })
  await closeTabs(tabs)
}

/**
 * A tab that takes long to catch up with ten thousand messages, and a tab that holds them and shows that the other
 * tab lags.
 */
const showCatchingUp = async (browser: Browser, server: ServerProcess, save: Save): Promise<void> => {
  const [author] = await openTabs(browser, server, ['?id=full'], wide)
  if (!author) throw new Error('no tab')
  for (let filled = 0; filled < 10_000; filled += 500) {
    await author.page.evaluate(async (from) => {
      for (let text = from; text < from + 500; text += 1) await window.grapevine?.publish(`message ${text}`)
    }, filled)
  }
  const [late] = await openTabs(browser, server, ['?id=late'], wide)
  if (!late) throw new Error('no tab')
  const cdp = await late.page.context().newCDPSession(late.page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await late.page.goto(`${server.origin}/?id=late&peer=full`)
  await late.waitForText(/of 10,000 blocks/)
  await save('catching-up', late)
  await author.waitForText(/1 out of sync/)
  await save('out-of-sync', author)
  await closeTabs([author, late])
}

const [folder] = parseArgs({ allowPositionals: true }).positionals
const server = await ServerProcess.start()
const browser = await launchBrowser(await findBrowser())
try {
  const save = async (path: string, content: Buffer): Promise<void> => {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, content)
    console.log(path)
  }
  const tabs = await openLine(browser, server)
  await save(pathOf('three-tabs'), await compose(browser, tabs))
  await closeTabs(tabs)
  await save(pathOf('trace'), await traceInRing(browser, server))
  if (folder !== undefined) {
    await server.kill()
    await server.restart()
    const saveState: Save = async (name, tab) => save(join(folder, `${name}.png`), await picture(tab))
    await showRing(browser, server, saveState)
    await showCatchingUp(browser, server, saveState)
    await showStates(browser, server, saveState)
  }
} finally {
  await browser.close()
  await server.stop()
}
