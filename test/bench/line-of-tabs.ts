import type { BrowserContext } from 'playwright'
import { launchBrowser } from '../browser/browsers/browser-launch.ts'
import { openWindow } from '../browser/browsers/browser-window.ts'
import { findBrowser } from '../browser/browsers/find-browser.ts'
import { Tab } from '../browser/tabs/tab.ts'
import { ServerProcess } from '../support/server-process.ts'

/** Opens three tabs in a line in real Chromium, runs the measurement, and ends browser and server. */
export const withLineOfTabs = async (
  measure: (tabs: readonly [Tab, Tab, Tab], profile: BrowserContext) => Promise<void>,
): Promise<void> => {
  const server = await ServerProcess.start()
  const browser = await launchBrowser(await findBrowser())
  try {
    const profile = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const open = async (query: string): Promise<Tab> => {
      const tab = new Tab(await openWindow(profile))
      await tab.page.goto(`${server.origin}/?${query}`)
      return tab
    }
    const first = await open('id=node1')
    const middle = await open('id=node2&peer=node1')
    const last = await open('id=node3&peer=node2')
    await middle.waitForLinks({ node1: 'up', node3: 'up' })
    await measure([first, middle, last], profile)
  } finally {
    await browser.close()
    await server.stop()
  }
}
