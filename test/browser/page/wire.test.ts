import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const openView = (tab: Tab, name: string): Promise<void> => tab.page.getByRole('tab', { name, exact: true }).click()

/** The type and summary of every row on the page. */
const wireRows = (tab: Tab): Promise<readonly string[]> =>
  tab.page
    .getByRole('table', { name: 'Envelopes' })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        ['.direction', '.peer', '.type', '.summary']
          .map((cell) => row.querySelector(cell)?.textContent.trim())
          .join(' '),
      ),
    )

describe('the lab, in real tabs under the page’s content security policy', () => {
  it('shows a ping on the wire, a stranger’s text only as text, and the figures, and saves the picture', async ({
    network,
  }) => {
    const [node1, , node3] = await network.openLine('node1', 'node2', 'node3')
    await node3.page.setViewportSize({ width: 1_400, height: 800 })
    await node1.ping()
    await node3.waitForMessage('node1', "I'm alive")
    await node3.page.getByRole('button', { name: 'Save picture…' }).click()
    const [download] = await Promise.all([
      node3.page.waitForEvent('download'),
      node3.page.getByRole('menuitem', { name: 'Picture as PNG' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^grapevine-.+-node3-picture-.+\.png$/)
    const [signature] = await (await download.createReadStream()).take(1).toArray()
    expect((signature as Buffer).subarray(1, 4).toString()).toBe('PNG')
    // The envelopes are recorded although the view was not shown.
    await openView(node3, 'Wire')
    await node3.page.getByRole('region', { name: 'Envelopes' }).waitFor()
    await waitUntil(
      'the ping on the wire',
      () => wireRows(node3),
      (rows) => rows.includes('in node2 push block 1 of node1'),
    )
    const text = '<img src="x" onerror="window.broken = true">'
    await node1.send(text)
    const row = node3.page.getByRole('button', { name: 'block 2 of node1' })
    await row.click()
    await node3.page.getByText('<img src=').last().waitFor()
    const injected = await node3.page.getByRole('region', { name: 'Envelopes' }).locator('img').count()
    expect([injected, await node3.page.evaluate(() => 'broken' in window)]).toEqual([0, false])

    await openView(node3, 'Figures')
    await node3.page.getByRole('table', { name: 'Bytes per second' }).waitFor()
    // The view counts from when it is loaded, which on a busy machine is after the first messages.
    await node1.ping()
    await node3.page
      .getByRole('table', { name: 'Delivery latency by path length' })
      .getByRole('row', { name: /^2 [123] / })
      .waitFor()
    await node3.page
      .getByRole('img', { name: /^Plot of the last 5 minutes/ })
      .first()
      .locator('canvas')
      .waitFor()
  })
})
