import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished } from 'vitest'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { freePort } from '../../signal-server/free-port.ts'
import { printedText } from '../../support/printed-text.ts'
import { browserTest } from '../tabs/browser-test.ts'
import { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'
import { Application } from './application.ts'

const it = browserTest().extend('application', { scope: 'file' }, async ({ browser: _browser }, { onCleanup }) => {
  const application = await Application.install()
  onCleanup(() => application.remove())
  return application
})

/** Runs a script of the application until the end of the test. */
const start = ({ folder }: Application, port: number, ...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  return child
}

/** What the page knows of its node, and what its elements show. */
const read = ({ page }: Tab) =>
  page.evaluate(() => {
    const network = document.querySelector('grapevine-network') as (HTMLElement & { node: GrapevineNode }) | null
    const log = document.querySelector('grapevine-messages')?.shadowRoot?.querySelector('grapevine-log')?.shadowRoot
    const rows = [...(network?.shadowRoot?.querySelectorAll('tbody tr th, tbody tr td:first-child') ?? [])]
    return {
      thread: network?.node.diagnosis().thread,
      entries: network?.node.entries().map(({ body }) => body) ?? [],
      messages: [...(log?.querySelectorAll('li') ?? [])].map((item) => item.dataset['text'] ?? ''),
      nodes: rows.map((row) => row.textContent?.trim() ?? ''),
      background: network && getComputedStyle(network).backgroundColor,
    }
  })

const command = 'node_modules/grapevine/dist/package/grapevine.js'

describe('the package, installed into an empty application', () => {
  it('has the command grapevine, which serves the built page and says what is wrong', async ({ application }) => {
    const server = start(application, 0, command)
    const address = await printedText(server, /(http:\/\/\S+\?id=node1)\b/, 30_000)
    expect(await (await fetch(address)).text()).toContain('<grapevine-page>')
    server.kill('SIGINT')
    expect((await once(server, 'close'))[0]).toBe(0)

    const help = start(application, 0, command, '--help')
    expect(await text(help.stdout ?? process.stdin)).toMatch(/^Usage: grapevine \[command\]\n\n {2}server /)
    const unknown = start(application, 0, command, 'serve')
    const [said, [code]] = await Promise.all([text(unknown.stderr ?? process.stdin), once(unknown, 'close')])
    expect([said, code]).toEqual(['grapevine has no command “serve”. Run: grapevine --help\n', 2])
  })

  it('has types for bundlers and for Node, and what runs in Node runs there', async ({ application }) => {
    await application.checkTypes()
    expect(await application.runOthers()).toEqual({ isValid: true, bodies: ['from node1'] })
  })

  it('talks as README shows, built and in development, with history and picture', async ({ application, browser }) => {
    await application.build()
    const port = await freePort()
    const output = text(start(application, port, 'server.js').stderr ?? process.stdin)
    const origin = `http://localhost:${port}`
    await waitUntil(
      'the application’s server',
      () => fetch(origin),
      ({ ok }) => ok,
      { describe: () => output },
    )
    const network = new Network(browser, origin)
    onTestFinished(() => network.close())
    // Vite's websocket for hot reload, which a server in middleware mode can have only on a port of its own.
    network.expectError(/\/@vite\/client/)
    const open = async (path: string): Promise<Tab> => {
      const tab = await network.blankTab()
      await tab.page.goto(`${origin}${path}`)
      return tab
    }
    const showsBoth = ({ messages, nodes }: Awaited<ReturnType<typeof read>>, count: number): boolean =>
      messages.length === count && nodes.length === 2

    const built = await open('/?node=node1')
    const developed = await open('/dev/?node=node2&node=node1')
    for (const tab of [built, developed]) {
      const shown = await waitUntil(
        'both nodes',
        () => read(tab),
        (state) => showsBoth(state, 2),
      )
      expect(shown.messages.toSorted()).toEqual(['node1 is here', 'node2 is here'])
      expect(shown.nodes.toSorted().map((name) => name.replace(/\s.*/s, ''))).toEqual(['node1', 'node2'])
      // Its file was found, by the bundler and by the development server.
      expect(shown.thread).toBe('worker')
      // The stylesheet is there, and what a bundler makes of its colours works.
      await tab.page.emulateMedia({ colorScheme: 'dark' })
      const { background } = await read(tab)
      expect(background).not.toBe(shown.background)
    }

    // A part of an element that is loaded when it is needed defines an element too: no bundler may leave that out.
    await built.page.evaluate(() => {
      const { node } = document.querySelector('grapevine-network') as HTMLElement & { node: GrapevineNode }
      document.body.append(Object.assign(document.createElement('grapevine-figures'), { node }))
    })
    await waitUntil(
      'the plots',
      () => built.page.evaluate(() => customElements.get('grapevine-plot') !== undefined),
      Boolean,
    )

    await built.page.reload()
    const reloaded = await waitUntil(
      'the history',
      () => read(built),
      (state) => showsBoth(state, 3),
    )
    expect(reloaded.entries.filter((body) => body === 'node1 is here')).toHaveLength(2)
  })
})
