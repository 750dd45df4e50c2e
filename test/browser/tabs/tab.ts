import type { ElementHandle, Locator, Page } from 'playwright'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import type { GrapevineNode, LinkSnapshot, NodeStats } from '../../../client/node/api/grapevine.ts'
import type { PageRecord, RecordedWindow } from './page-record.ts'
import { rendererProcessOf } from '../browsers/renderer-process.ts'
import { waitUntil } from './wait.ts'

export interface ShownMessage {
  readonly author: string
  readonly peerId: string
  readonly epoch: string
  readonly seq: number
  readonly text: string
  readonly path: readonly string[]
}

export interface ShownLink {
  readonly peer: string
  readonly direction: string
  readonly state: string
  readonly rttMs: string
}

export interface ShownNode {
  readonly name: string
  readonly state: string
  readonly digest: string
  readonly entries: number
}

/** The globals of the page that the tests use. */
export type PageWindow = Window & RecordedWindow & { readonly grapevine: GrapevineNode }

/** One tab of the app, used as a person uses it: by what it shows, and by the names of its controls. */
export class Tab {
  readonly page: Page
  /** Errors of the page: uncaught errors, errors in its console, and a crash. */
  readonly errors: string[] = []
  readonly #elements = new Map<string, ElementHandle>()

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.errors.push(`uncaught: ${error.stack ?? error.message}`))
    page.on('crash', () => this.errors.push('the renderer crashed'))
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`console: ${message.text()} (${message.location().url})`)
    })
  }

  async ping(): Promise<void> {
    await this.page.getByRole('button', { name: 'Ping', exact: true }).click()
  }

  async send(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message', exact: true }).fill(text)
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
  }

  /**
   * All messages that the page shows, in the order of its list: those in view from the document, the others from the node,
   * since a row is in the document only while it is in view.
   */
  messages(): Promise<readonly ShownMessage[]> {
    return this.#read('log', 'Messages', (log) => {
      if (!log.isConnected) return undefined
      const items = [...log.querySelectorAll('li')]
      const shown = items.map((item) => ({
        author: item.getAttribute('data-author') ?? '',
        peerId: item.getAttribute('data-peer-id') ?? '',
        epoch: item.getAttribute('data-epoch') ?? '',
        seq: Number(item.getAttribute('data-seq')),
        text: item.getAttribute('data-text') ?? '',
        path: (item.getAttribute('data-path') ?? '').split('>'),
      }))
      const entries = (window as unknown as PageWindow).grapevine.entries()
      const total = Number(items[0]?.getAttribute('aria-setsize') ?? 0)
      const messages: ShownMessage[] = entries.slice(0, total).map((entry) => ({
        author: entry.author,
        peerId: entry.peerId,
        epoch: entry.epoch,
        seq: entry.seq,
        text: typeof entry.body === 'string' ? entry.body : JSON.stringify(entry.body),
        path: entry.path,
      }))
      for (const [index, item] of items.entries()) {
        const position = Number(item.getAttribute('aria-posinset'))
        const message = shown[index]
        if (message) messages[position - 1] = message
      }
      return messages
    })
  }

  links(): Promise<readonly ShownLink[]> {
    return this.#read('list', 'Links', (list) => {
      if (!list.isConnected) return undefined
      return Array.from(list.querySelectorAll('li'), (item) => ({
        peer: item.getAttribute('data-peer') ?? '',
        direction: item.getAttribute('data-direction') ?? '',
        state: item.getAttribute('data-state') ?? '',
        rttMs: item.getAttribute('data-rtt-ms') ?? '',
      }))
    })
  }

  node(): Promise<ShownNode> {
    return this.#read('status', 'Node', (status) => {
      if (!status.isConnected) return undefined
      return {
        name: status.getAttribute('data-name') ?? '',
        state: status.getAttribute('data-state') ?? '',
        digest: status.getAttribute('data-digest') ?? '',
        entries: Number(status.getAttribute('data-entries')),
      }
    })
  }

  stats(): Promise<NodeStats> {
    return this.page.evaluate(() => (window as unknown as PageWindow).grapevine.stats())
  }

  snapshots(): Promise<readonly LinkSnapshot[]> {
    return this.page.evaluate(() => (window as unknown as PageWindow).grapevine.links())
  }

  peerId(): Promise<string> {
    return this.page.evaluate(() => (window as unknown as PageWindow).grapevine.peerId)
  }

  publish(text: string): Promise<Entry> {
    return this.page.evaluate((body) => (window as unknown as PageWindow).grapevine.publish(body), text)
  }

  record(): Promise<PageRecord> {
    return this.page.evaluate(() => (window as unknown as PageWindow).pageRecord)
  }

  waitForState(state: string, withinMs?: number): Promise<ShownNode> {
    return this.#wait(
      `the node's state is ${state}`,
      () => this.node(),
      (node) => node.state === state,
      withinMs,
    )
  }

  /** The page draws a short time after its node has changed. */
  waitForEntries(entries: number): Promise<ShownNode> {
    return this.#wait(
      `the page shows ${entries} entries`,
      () => this.node(),
      (node) => node.entries === entries,
    )
  }

  /** Waits until the page shows exactly these neighbours in these states: `{ node1: 'up' }`. */
  waitForLinks(states: Readonly<Record<string, string>>, withinMs?: number): Promise<readonly ShownLink[]> {
    const isAsAwaited = (links: readonly ShownLink[]): boolean =>
      links.length === Object.keys(states).length && links.every(({ peer, state }) => states[peer] === state)
    return this.#wait(`the links are ${JSON.stringify(states)}`, () => this.links(), isAsAwaited, withinMs)
  }

  async waitForMessage(author: string, text: string, withinMs?: number): Promise<ShownMessage> {
    const isAwaited = (message: ShownMessage): boolean => message.author === author && message.text === text
    const what = `the message ${JSON.stringify(text)} of ${author}`
    const messages = await this.#wait(
      what,
      () => this.messages(),
      (shown) => shown.some(isAwaited),
      withinMs,
    )
    return messages.find(isAwaited) ?? Promise.reject(new Error(`${what} is gone`))
  }

  waitForText(text: string | RegExp): Promise<boolean> {
    return this.#wait(`the text ${String(text)}`, () => this.page.getByText(text).first().isVisible(), Boolean)
  }

  /** The link to a free name, on a page whose name is not free. */
  get useInstead(): Locator {
    return this.page.getByRole('link', { name: /^Use \S+ instead$/ })
  }

  /**
   * Closes the tab as a person does, so that the page says bye. Chromium kills a page that is busy for 500 ms at that
   * moment, without a bye; therefore this waits until the page is idle. Resolves with the time of the close.
   */
  async close(): Promise<number> {
    await this.page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    const closedAt = Date.now()
    await this.page.close()
    return closedAt
  }

  async rendererProcess(): Promise<number> {
    return rendererProcessOf(this.page)
  }

  /** Information that helps to find out why a test failed. */
  async describe(): Promise<string> {
    if (this.page.isClosed()) return 'the tab is closed'
    const parts = await Promise.allSettled([
      this.node(),
      this.snapshots(),
      this.messages(),
      this.stats(),
      this.record(),
    ])
    const [node, links, messages, stats, record] = parts.map((part) =>
      part.status === 'fulfilled' ? part.value : String(part.reason).split('\n')[0],
    )
    const history = typeof record === 'object' && 'links' in record ? record.links.slice(-20) : record
    return [
      `address: ${this.page.url()}`,
      ...Object.entries({ node, links, messages, stats, history }).map(
        ([name, value]) => `${name}: ${JSON.stringify(value)}`,
      ),
      `errors: ${this.errors.join('\n  ') || 'none'}`,
    ].join('\n')
  }

  /**
   * Reads from the element with this role and name; `read` gives undefined if the element has left the document. A search
   * by role costs 10 ms of CPU time, because it computes the names of all elements, so what it finds is kept.
   */
  async #read<T>(role: 'list' | 'log' | 'status', name: string, read: (element: Element) => T | undefined): Promise<T> {
    const value = await this.#elements
      .get(name)
      ?.evaluate(read)
      .catch(() => undefined)
    if (value !== undefined) return value
    const found = await this.page.getByRole(role, { name, exact: true }).elementHandles()
    const [element] = found
    if (!element || found.length > 1) throw new Error(`the page has ${found.length} elements: ${role} named ${name}`)
    this.#elements.set(name, element)
    const first = await element.evaluate(read)
    if (first === undefined) throw new Error(`the ${role} named ${name} has left the page`)
    return first
  }

  #wait<T>(what: string, read: () => Promise<T>, accept: (value: T) => boolean, withinMs?: number): Promise<T> {
    return waitUntil(what, read, accept, {
      describe: () => this.describe(),
      ...(withinMs === undefined ? {} : { withinMs }),
    })
  }
}
