import { describe, expect, inject } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import { Firefox } from '../browsers/firefox.ts'

const it = browserTest().extend('firefox', { scope: 'file' }, async ({ port: _port }, { onCleanup }) => {
  const firefox = await Firefox.launch(inject('firefoxPath'))
  onCleanup(() => firefox.close())
  return firefox
})

const views = ['Wire', 'Figures', 'Connection', 'Network']

describe('a calm page', () => {
  it('writes nothing to the console, in Chromium and in Firefox', async ({ network, firefox }) => {
    const node1 = await network.blankTab()
    const lines: string[] = []
    node1.page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`))
    await node1.page.setViewportSize({ width: 1_400, height: 800 })
    await node1.page.goto(network.address('id=node1'))
    await node1.waitForState('online')

    const node2 = await firefox.open(network.address('id=node2&peer=node1'))
    await node2.waitFor(`grapevine.links()[0]?.state === 'up'`)
    await node1.waitForLinks({ node2: 'up' })
    await node1.ping()
    await node2.waitFor('grapevine.entries().length === 1')
    await node2.evaluate('grapevine.ping().then(() => true)')
    await node1.waitForEntries(2)

    for (const view of views) {
      await node1.page.getByRole('tab', { name: view, exact: true }).click()
      await node1.page.getByRole('tabpanel', { name: view, exact: true }).waitFor()
      await node2.evaluate(`deep('#tab-${view.toLowerCase()}').click()`)
      await node2.waitFor(`deep('#panel-${view.toLowerCase()} > :not(.note)') !== undefined`)
    }
    await node1.page.getByRole('button', { name: 'Share', exact: true }).click()
    await node1.page.getByRole('dialog', { name: 'Share', exact: true }).waitFor()
    await node2.evaluate(`deep('button[aria-haspopup=dialog]').click()`)
    await node2.waitFor(`deep('dialog[open]') !== undefined`)
    expect({ chromium: lines, firefox: node2.console }).toEqual({ chromium: [], firefox: [] })
    await node2.close()
  })
})
