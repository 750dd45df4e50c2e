import type { Page } from 'playwright'
import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Network } from '../tabs/network.ts'
import { waitUntil } from '../tabs/wait.ts'

/** Opens the example at `/editor`. */
const openEditor = async (network: Network, query: string): Promise<Page> => {
  const { page } = await network.blankTab()
  await page.goto(network.address(query).replace('/?', '/editor?'))
  return page
}

const field = (page: Page) => page.getByRole('textbox', { name: 'Text' })

const waitForText = (page: Page, text: string): Promise<string> =>
  waitUntil(
    `the text: ${text}`,
    () => field(page).inputValue(),
    (value) => value === text,
  )

const waitForPeople = (page: Page, ...people: string[]): Promise<readonly string[]> =>
  waitUntil(
    `the people: ${people.join(', ')}`,
    async () => (await page.getByRole('list', { name: 'People' }).getByRole('listitem').allInnerTexts()).map(oneLine),
    (seen) => JSON.stringify(seen) === JSON.stringify(people),
  )

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

describe('the shared text at /editor, in real tabs', () => {
  it('is written by three at once, outlives its writers, and tells who is there', async ({ network }) => {
    const page1 = await openEditor(network, 'id=node1')
    const page2 = await openEditor(network, 'id=node2&peer=node1')
    const page3 = await openEditor(network, 'id=node3&peer=node2')
    for (const page of [page1, page2, page3]) await field(page).isEnabled()
    await field(page1).pressSequentially('first\n')
    await waitForText(page3, 'first\n')
    await field(page3).press('Control+End')
    await field(page3).pressSequentially('third')
    for (const page of [page1, page2]) await waitForText(page, 'first\nthird')
    await waitForPeople(page1, 'node1 this tab', 'node2 line 1', 'node3 line 2')

    // Two write in one place, and each takes back only what is its own.
    for (const page of [page1, page2]) await field(page).press('Control+Home')
    await Promise.all([page1.keyboard.insertText('one '), page2.keyboard.insertText('two ')])
    const merged = await waitUntil(
      'what both have written',
      async () => Promise.all([page1, page2, page3].map((page) => field(page).inputValue())),
      (texts) => texts.every((text) => text === texts[0] && text.length === 'one two first\nthird'.length),
    )
    expect(merged[0]).toMatch(/^(?:one two|two one) first\nthird$/)
    await field(page2).press('Control+z')
    await waitForText(page1, 'one first\nthird')

    // The writers leave; a reload and a late tab have all of it from who is left, and can go on.
    await page3.close()
    await waitForPeople(page1, 'node1 this tab', 'node2 line 1')
    await page1.close()
    await page2.reload()
    await waitForText(page2, 'one first\nthird')
    const page4 = await openEditor(network, 'id=node4&peer=node2')
    await waitForText(page4, 'one first\nthird')
    await field(page4).press('Control+End')
    await field(page4).pressSequentially('!')
    await waitForText(page2, 'one first\nthird!')
  })
})
