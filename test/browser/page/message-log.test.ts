import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/** Publishes `count` texts without waiting for the page. */
const burst = (tab: Tab, count: number): Promise<void> =>
  tab.page.evaluate(async (texts) => {
    const published = Array.from({ length: texts }, (_, text) => window.grapevine?.publish(`text ${text}`))
    await Promise.all(published.map((entry) => entry ?? Promise.reject()))
  }, count)

const rows = (tab: Tab) => tab.page.getByRole('log', { name: 'Messages', exact: true }).getByRole('listitem')

/** The positions of the messages that are in the document. */
const positions = (tab: Tab): Promise<number[]> =>
  rows(tab).evaluateAll((items) => items.map((item) => Number(item.getAttribute('aria-posinset'))))

const markup = '<img src="/nowhere" onerror="window.wasHacked = true"><b>bold</b>'

/** The author sends markup as a text, as an object and as bytes; both tabs show only text. */
const checkMarkup = async (author: Tab, reader: Tab): Promise<void> => {
  await author.send(markup)
  await author.page.evaluate(async (text) => {
    await window.grapevine?.publish({ [text]: text })
    await window.grapevine?.publish(new TextEncoder().encode(text))
  }, markup)
  for (const tab of [author, reader]) {
    await waitUntil(
      'three messages',
      () => rows(tab).count(),
      (count) => count === 3,
    )
    await tab.waitForText(markup)
    expect(await rows(tab).locator('img, b').count()).toBe(0)
    expect(await tab.page.evaluate(() => Reflect.get(window, 'wasHacked'))).toBeUndefined()
  }
}

describe('a long log', () => {
  it('keeps only some of 10,000 messages in the document, shows the newest, can scroll to any of them, and the text of a stranger is only text', async ({
    network,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    await checkMarkup(node1, node2)
    await burst(node1, 10_000)
    await waitUntil(
      'the newest is in the document',
      () => positions(node2),
      (shown) => shown.at(-1) === 10_003 && shown.length < 60,
      { withinMs: 60_000 },
    )
    await node2.waitForEntries(10_003)
    const log = node2.page.getByRole('log', { name: 'Messages', exact: true })
    await log.focus()
    await node2.page.keyboard.press('Home')
    await waitUntil(
      'the first is in the document',
      () => positions(node2),
      (shown) => shown[0] === 1 && shown.length < 60,
    )
    expect(await rows(node2).first().getAttribute('data-text')).toBe(markup)
    await node1.send('after all')
    await node2.page.getByRole('button', { name: '1 new message', exact: true }).click()
    await waitUntil(
      'the newest is in the document',
      () => positions(node2),
      (shown) => shown.at(-1) === 10_004,
    )
  })

  it('shows a tab that joins late how far it has caught up', async ({ network }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    await burst(node1, 3_000)
    const node2 = await network.blankTab()
    await node2.page.addInitScript(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      addEventListener('DOMContentLoaded', () => {
        window.grapevine?.on('sync', ({ have, need }) => seen.push(`${have} of ${need}`))
      })
    })
    await node2.page.goto(network.address('id=node2&peer=node1'))
    const sync = await waitUntil(
      'all has come',
      () => node2.page.evaluate(() => window.grapevine?.sync()),
      (progress) => progress !== undefined && progress.need > 0 && progress.have === progress.need,
      { withinMs: 60_000 },
    )
    await node2.waitForEntries(3_000)
    const seen = await node2.page.evaluate(() => Reflect.get(window, 'seen') as string[])
    expect(seen[0]).toBe(`0 of ${sync?.need}`)
    expect(seen.at(-1)).toBe(`${sync?.need} of ${sync?.need}`)
  })
})
