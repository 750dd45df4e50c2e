import { randomBytes } from 'node:crypto'
import type { Browser, BrowserContext } from 'playwright'
import { openWindow } from '../browsers/browser-window.ts'
import { recordPage } from './page-record.ts'
import { Tab } from './tab.ts'

export interface OpenOptions {
  /** The browser of another person; the network's own browser if absent. */
  readonly profile?: BrowserContext
  readonly origin?: string
  readonly net?: string
}

/** Messages that browsers log when a server ends and while it is away. */
const logsOfServerAway =
  /WebSocket connection|WebSocket is already in CLOSING|ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource|fetching the script/

/** A separate network on the server of a test file, and the tabs that are open in it. */
export class Network {
  readonly name = `test-${randomBytes(6).toString('hex')}`
  readonly #browser: Browser
  readonly #origin: string
  readonly #serviceWorkers: 'allow' | 'block'
  readonly #profiles: BrowserContext[] = []
  readonly #tabs: Tab[] = []
  readonly #expectedErrors: RegExp[] = []
  #ownProfile: Promise<BrowserContext> | undefined

  constructor(browser: Browser, origin: string, serviceWorkers: 'allow' | 'block' = 'allow') {
    this.#browser = browser
    this.#origin = origin
    this.#serviceWorkers = serviceWorkers
  }

  /** `query`: the query without the network, such as `id=node2&peer=node1`. */
  address(query: string, { origin = this.#origin, net = this.name }: OpenOptions = {}): string {
    return `${origin}/?${query}${query === '' ? '' : '&'}net=${net}`
  }

  /** Opens a tab in a separate window. Resolves when the page has loaded, whether the node is up or not. */
  async open(query: string, options: OpenOptions = {}): Promise<Tab> {
    const tab = await this.blankTab(options.profile)
    await tab.page.goto(this.address(query, options))
    return tab
  }

  /**
   * Opens the tab that a browser's "Duplicate tab" opens: the same address, with a copy of the tab's history and
   * session storage.
   */
  async duplicate(original: Tab): Promise<Tab> {
    const copied = await original.page.evaluate(() => ({
      href: location.href,
      state: history.state as unknown,
      storage: Object.entries(sessionStorage) as [string, string][],
    }))
    const tab = await this.blankTab(original.page.context())
    await tab.page.addInitScript(({ href, state, storage }) => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      // After a reload the page finds its own storage, as after a real duplication.
      if (location.href !== href || navigation?.type === 'reload') return
      history.replaceState(state, '')
      for (const [key, value] of storage) sessionStorage.setItem(key, value)
    }, copied)
    await tab.page.goto(copied.href)
    return tab
  }

  async blankTab(profile?: BrowserContext): Promise<Tab> {
    this.#ownProfile ??= this.profile()
    const tab = new Tab(await openWindow(profile ?? (await this.#ownProfile)))
    this.#tabs.push(tab)
    return tab
  }

  /** Opens a line of tabs, each the upstream of the next. Resolves when every link is up. */
  async openLine<const Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: Tab }> {
    const tabs: Tab[] = []
    for (const [index, name] of names.entries()) {
      const upstream = names[index - 1]
      tabs.push(await this.open(upstream === undefined ? `id=${name}` : `id=${name}&peer=${upstream}`))
    }
    await Promise.all(
      tabs.map((tab, index) => {
        const neighbours = [names[index - 1], names[index + 1]].filter((name) => name !== undefined)
        return tab.waitForLinks(Object.fromEntries(neighbours.map((name) => [name, 'up'])))
      }),
    )
    return tabs as { [Index in keyof Names]: Tab }
  }

  /** Another browser: it has its own storage, so other keys. */
  async profile(): Promise<BrowserContext> {
    // Small and without motion, because without a GPU every drawn pixel costs time.
    const context = await this.#browser.newContext({
      viewport: { width: 800, height: 600 },
      reducedMotion: 'reduce',
      serviceWorkers: this.#serviceWorkers,
    })
    this.#profiles.push(context)
    await context.addInitScript(recordPage)
    return context
  }

  /** Errors of this kind belong to the test. */
  expectError(kind: RegExp): void {
    this.#expectedErrors.push(kind)
  }

  /** The test ends the server or disconnects the tabs from it. */
  expectServerAway(): void {
    this.expectError(logsOfServerAway)
  }

  /** Closes all tabs. Rejects if a page logged an error that the test did not expect. */
  async close(): Promise<void> {
    await Promise.all(this.#profiles.map((profile) => profile.close()))
    const errors = this.#tabs
      .flatMap((tab) => tab.errors)
      .filter((error) => !this.#expectedErrors.some((kind) => kind.test(error)))
    if (errors.length > 0) throw new Error(`the pages complained:\n${errors.join('\n')}`)
  }
}
