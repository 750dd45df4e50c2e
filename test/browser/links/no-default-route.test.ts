import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { NetworkNamespace } from '../../machine/network-namespace.ts'
import { launchBrowser } from '../browsers/browser-launch.ts'
import { Network } from '../tabs/network.ts'
import { ServerProcess } from '../../support/server-process.ts'

describe('a network without a default route', () => {
  it('is distinguished from no network at all, and the advice of the page helps', async () => {
    const namespace = await NetworkNamespace.create()
    onTestFinished(() => namespace.close())
    const server = await ServerProcess.start({}, namespace.launcher)
    onTestFinished(() => server.stop())
    const browser = await launchBrowser(await namespace.programIn(inject('chromePath')))
    onTestFinished(() => browser.close())
    const network = new Network(browser, server.origin)

    const node1 = await network.open('id=node1')
    const node2 = await network.open('id=node2&peer=node1')
    await node1.waitForState('online')
    await node2.page.setViewportSize({ width: 1_400, height: 800 })
    await node2.page.getByRole('tab', { name: 'Connection', exact: true }).click()
    const title = node2.page.getByText('This machine has a network, but the browser found no address in it')
    // A try fails after 15 s.
    await title.waitFor({ timeout: 40_000 })
    expect(await node2.page.locator('[data-check="candidates node1"]').getAttribute('data-status')).toBe('failed')

    await namespace.addDefaultRoute()
    await node1.page.reload()
    await node2.page.reload()
    await node2.waitForLinks({ node1: 'up' })
    await network.close()
  })
})
