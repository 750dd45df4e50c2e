import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { browserArgs } from '../browser/browsers/browser-launch.ts'
import { waitUntil } from '../browser/tabs/wait.ts'

/** How messages are published: each is awaited and so has a block of its own, or all at once, some 256 to a block. */
export type Publication = 'one by one' | 'in bursts'

/** What one late joiner measured. */
export interface Joining {
  /** Milliseconds from the opening of the link until the joiner has delivered all messages. */
  readonly arrivalMs: number
  /**
   * The longest task of a page from the opening of the link until a second after the last message, milliseconds. A browser
   * reports only tasks of 50 ms or more, so 50 stands for anything shorter.
   */
  readonly joinerTaskMs: number
  readonly senderTaskMs: number
  /** CPU time of all processes of the joiner's browser, from the opening of the page to the same moment, milliseconds. */
  readonly cpuMs: number
  /** Bytes of this origin's IndexedDB as the browser counts them, after the joiner has stopped. */
  readonly storedBytes: number
  /** Bytes of the structured clones of all stored records but keys: the same in every run, without indexes. */
  readonly recordBytes: number
}

interface PageMeasurement {
  readonly tasks: { readonly start: number; readonly ms: number }[]
  linkedAt?: number
  arrivedAt?: number
}

type MeasuredWindow = Window & { measurement?: PageMeasurement }

/** Milliseconds that the longest task after `since` took. Times since 1970, as pages differ in their origin of time. */
const longestTask = (page: Page, since: number): Promise<number> =>
  page.evaluate((since) => {
    const tasks = (window as MeasuredWindow).measurement?.tasks ?? []
    return Math.max(50, ...tasks.filter(({ start, ms }) => start + ms > since).map(({ ms }) => ms))
  }, since)

/** Records the long tasks of a page. Before the page loads: also when its link opens, and when all messages have arrived. */
const measurePage = (messages: number): void => {
  const measurement: PageMeasurement = { tasks: [] }
  ;(window as MeasuredWindow).measurement = measurement
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      measurement.tasks.push({ start: performance.timeOrigin + startTime, ms: duration })
    }
  }).observe({ type: 'longtask' })
  document.addEventListener('DOMContentLoaded', () => {
    let delivered = 0
    const now = (): number => performance.timeOrigin + performance.now()
    window.grapevine?.on('link', (link) => {
      if ('state' in link && link.state === 'up') measurement.linkedAt ??= now()
    })
    window.grapevine?.on('entry', () => {
      delivered += 1
      if (delivered >= messages && window.grapevine?.entries().length === messages) measurement.arrivedAt ??= now()
    })
  })
}

/** Opens a tab that holds so many messages, which it has published itself. */
export const openSender = async (
  browser: Browser,
  origin: string,
  messages: number,
  publication: Publication,
): Promise<Page> => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${origin}/?id=node1&net=${publication.replaceAll(' ', '-')}`)
  await page.evaluate(
    async ({ messages, isAwaited }) => {
      const published: unknown[] = []
      for (let text = 1; text <= messages; text += 1) {
        const message = window.grapevine?.publish(`message ${text}`)
        if (isAwaited) await message
        else published.push(message)
      }
      await Promise.all(published)
    },
    { messages, isAwaited: publication === 'one by one' },
  )
  await page.evaluate(measurePage, messages)
  return page
}

/** Opens a late joiner in a new profile on disk, measures it, and closes it. A name is reserved for its key for a while. */
export const joinLate = async (chromePath: string, sender: Page, messages: number, name: string): Promise<Joining> => {
  const folder = await mkdtemp(join(tmpdir(), 'grapevine-joiner-'))
  const profile = await chromium.launchPersistentContext(folder, { executablePath: chromePath, args: [...browserArgs] })
  try {
    const [page = await profile.newPage()] = profile.pages()
    await page.addInitScript(measurePage, messages)
    const cpuMsBefore = await cpuMsOf(profile)
    const address = new URL(sender.url())
    await page.goto(`${address.origin}/?id=${name}&peer=node1&net=${address.searchParams.get('net')}`)
    const { linkedAt = 0, arrivedAt = 0 } = await waitUntil(
      `${messages} messages`,
      () => page.evaluate(() => (window as MeasuredWindow).measurement ?? { tasks: [] }),
      (measurement: PageMeasurement) => measurement.arrivedAt !== undefined,
      { withinMs: 120_000 },
    )
    // What the page draws and stores late also counts.
    await page.waitForTimeout(1_000)
    const cpuMs = (await cpuMsOf(profile)) - cpuMsBefore
    const [joinerTaskMs, senderTaskMs] = [await longestTask(page, linkedAt), await longestTask(sender, linkedAt)]
    await page.evaluate(() => window.grapevine?.stop())
    return {
      arrivalMs: arrivedAt - linkedAt,
      joinerTaskMs,
      senderTaskMs,
      cpuMs,
      storedBytes: await storedBytes(page),
      recordBytes: await recordBytes(page),
    }
  } finally {
    await profile.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const cpuMsOf = async (profile: BrowserContext): Promise<number> => {
  const session = await profile.browser()?.newBrowserCDPSession()
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {}
  await session?.detach()
  return 1_000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}

const storedBytes = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    // Chromium gives the usage of each kind of storage in a member that is not in the standard.
    const estimate: StorageEstimate & { usageDetails?: { indexedDB?: number } } = await navigator.storage.estimate()
    return estimate.usageDetails?.indexedDB ?? Number.NaN
  })

/** Reads the records after the writes that a stopped node has begun. */
const recordBytes = async (page: Page): Promise<number> => {
  const records = await page.evaluate(async () => {
    const finished = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error))
      })
    const database = await finished(indexedDB.open('grapevine'))
    const stores = [...database.objectStoreNames].filter((store) => store !== 'identities' && store !== 'known-keys')
    const transaction = database.transaction(stores)
    const all = await Promise.all(stores.map((store) => finished(transaction.objectStore(store).getAll())))
    database.close()
    // Bytes as text, since only JSON leaves the page.
    return JSON.stringify(all.flat(), (_key, value: unknown) =>
      value instanceof Uint8Array
        ? { latin1: Array.from(value, (byte) => String.fromCodePoint(byte)).join('') }
        : value,
    )
  })
  const values = JSON.parse(records, (_key, value: unknown) =>
    typeof value === 'object' && value && 'latin1' in value
      ? Uint8Array.from(Buffer.from(String(value.latin1), 'latin1'))
      : value,
  ) as readonly unknown[]
  return values.reduce((sum: number, value) => sum + serialize(value).length, 0)
}
