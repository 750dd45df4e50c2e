import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import { whileStopped } from '../browsers/renderer-process.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const stallMs = 12_000

/** Stalls a tab; resolves when the stall and `meanwhile` are over. */
type Stall = (meanwhile: Promise<void>) => Promise<void>

/**
 * Stalls the middle tab of three, publishes at both ends during the stall, and checks that the links stay and no entry is
 * lost. `kind` distinguishes the texts of one stall from those of another.
 */
const checkStall = async (
  tabs: readonly [Tab, Tab, Tab],
  kind: string,
  prepareStall: (middle: Tab) => Promise<Stall>,
): Promise<void> => {
  const [node1, node2, node3] = tabs
  const stall = await prepareStall(node2)
  const messagesBefore = (await node2.messages()).length
  const connectionsBefore = await Promise.all(tabs.map(async (tab) => (await tab.record()).connectionsMade))

  const stalledAt = Date.now()
  const texts = Array.from({ length: 5 }, (_, index) => `${kind} ${index}`)
  const publish = async (): Promise<void> => {
    for (const text of texts) {
      await node1.send(text)
      await node3.send(text)
    }
    // Both ends suspect the tab early. On a busy machine the stall may end before the last text is sent.
    for (const tab of [node1, node3]) {
      await waitUntil(
        'node2 has been quiet',
        () => tab.record(),
        ({ links }) => links.some(({ at, states }) => at >= stalledAt && states['node2'] === 'quiet'),
      )
    }
  }
  await stall(publish())

  // Both ends destroy a link late: the same links are up again, over the same connections.
  await node1.waitForLinks({ node2: 'up' })
  await node3.waitForLinks({ node2: 'up' })
  for (const text of texts) {
    expect((await node3.waitForMessage('node1', text)).path).toEqual(['node1', 'node2', 'node3'])
    expect((await node1.waitForMessage('node3', text)).path).toEqual(['node3', 'node2', 'node1'])
    await node2.waitForMessage('node1', text)
    await node2.waitForMessage('node3', text)
  }
  for (const tab of tabs) expect(await tab.messages()).toHaveLength(messagesBefore + texts.length * 2)

  const records = await Promise.all(tabs.map((tab) => tab.record()))
  expect(records.map(({ connectionsMade }) => connectionsMade)).toEqual(connectionsBefore)
  const [atNode1, atNode2, atNode3] = records.map(({ links }) =>
    links.filter(({ at }) => at >= stalledAt).map(({ states }) => states),
  )
  expect(atNode1).toEqual([{ node2: 'quiet' }, { node2: 'up' }])
  expect(atNode3).toEqual([{ node2: 'quiet' }, { node2: 'up' }])
  expect(atNode2, 'the stalled tab blames nobody else').toEqual([])
  for (const record of [records[0], records[2]]) {
    const quietAt =
      record?.links.find(({ at, states }) => at >= stalledAt && states['node2'] === 'quiet')?.at ?? Infinity
    expect(quietAt - stalledAt).toBeLessThan(8_000)
  }
}

const stopProcess = async (middle: Tab): Promise<Stall> => {
  const renderer = await middle.rendererProcess()
  return (meanwhile) =>
    whileStopped(renderer, async () => {
      await Promise.all([pass(stallMs), meanwhile])
    })
}

const blockScripts = async (middle: Tab): Promise<Stall> => {
  // A synchronous request blocks the page's thread without using the processor.
  await middle.page.route('**/late', async (route) => {
    await pass(stallMs)
    await route.fulfill({ status: 204 })
  })
  return async (meanwhile) => {
    const busy = middle.page.evaluate(() => {
      const request = new XMLHttpRequest()
      request.open('GET', '/late', false)
      request.send()
      return request.status
    })
    await Promise.all([busy, meanwhile])
    expect(await busy).toBe(204)
  }
}

describe('a tab that stalls for 12 s', () => {
  it('keeps its links and loses nothing, when its process is stopped and while a script of its page is busy [P1, P8]', async ({
    network,
  }) => {
    const tabs = await network.openLine('node1', 'node2', 'node3')
    if (process.platform !== 'win32') await checkStall(tabs, 'stopped', stopProcess)
    await checkStall(tabs, 'busy', blockScripts)
  })
})
