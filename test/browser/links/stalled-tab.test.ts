import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import { whileStopped } from '../browsers/renderer-process.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const stallMs = 12_000

const textsOf = (kind: string): readonly string[] => Array.from({ length: 5 }, (_, index) => `${kind} ${index}`)

/** Publishes every text at both ends of a line. */
const publish = async (texts: readonly string[], node1: Tab, node3: Tab): Promise<void> => {
  for (const text of texts) {
    await node1.send(text)
    await node3.send(text)
  }
}

/** Every text has come to all three, along the line. They hold no other messages but `before` older ones. */
const expectDelivered = async (
  texts: readonly string[],
  [node1, node2, node3]: readonly [Tab, Tab, Tab],
  before: number,
): Promise<void> => {
  for (const text of texts) {
    expect((await node3.waitForMessage('node1', text)).path).toEqual(['node1', 'node2', 'node3'])
    expect((await node1.waitForMessage('node3', text)).path).toEqual(['node3', 'node2', 'node1'])
    await node2.waitForMessage('node1', text)
    await node2.waitForMessage('node3', text)
  }
  for (const tab of [node1, node2, node3]) expect(await tab.messages()).toHaveLength(before + texts.length * 2)
}

const connectionsMade = (tabs: readonly Tab[]): Promise<readonly number[]> =>
  Promise.all(tabs.map(async (tab) => (await tab.record()).connectionsMade))

/** The states of the links that each tab has shown since then. */
const statesSince = (tabs: readonly Tab[], since: number) =>
  Promise.all(
    tabs.map(async (tab) => (await tab.record()).links.filter(({ at }) => at >= since).map(({ states }) => states)),
  )

const checkStoppedProcess = async (tabs: readonly [Tab, Tab, Tab]): Promise<void> => {
  const [node1, node2, node3] = tabs
  const renderer = await node2.rendererProcess()
  const connectionsBefore = await connectionsMade(tabs)
  const before = (await node2.messages()).length
  const texts = textsOf('stopped')
  const stalledAt = Date.now()
  await whileStopped(renderer, async () => {
    const suspected = async (): Promise<void> => {
      await publish(texts, node1, node3)
      // Both ends suspect the tab early. On a busy machine the stall may end before the last text is sent.
      for (const tab of [node1, node3]) {
        await waitUntil(
          'node2 has been quiet',
          () => tab.record(),
          ({ links }) => links.some(({ at, states }) => at >= stalledAt && states['node2'] === 'quiet'),
        )
      }
    }
    await Promise.all([pass(stallMs), suspected()])
  })

  // Both ends destroy a link late: the same links are up again, over the same connections.
  await node1.waitForLinks({ node2: 'up' })
  await node3.waitForLinks({ node2: 'up' })
  await expectDelivered(texts, tabs, before)
  expect(await connectionsMade(tabs)).toEqual(connectionsBefore)
  const [atNode1, atNode2, atNode3] = await statesSince(tabs, stalledAt)
  expect(atNode1).toEqual([{ node2: 'quiet' }, { node2: 'up' }])
  expect(atNode3).toEqual([{ node2: 'quiet' }, { node2: 'up' }])
  expect(atNode2, 'the stalled tab blames nobody else').toEqual([])
  for (const tab of [node1, node3]) {
    const { links } = await tab.record()
    const quietAt = links.find(({ at, states }) => at >= stalledAt && states['node2'] === 'quiet')?.at ?? Infinity
    expect(quietAt - stalledAt).toBeLessThan(8_000)
  }
}

/** The node runs in a worker, which the page does not disturb. */
const checkBusyScript = async (tabs: readonly [Tab, Tab, Tab]): Promise<void> => {
  const [node1, node2, node3] = tabs
  const before = (await node2.messages()).length
  const texts = textsOf('busy')
  // A synchronous request blocks the page's thread without using the processor. It ends when the test says so.
  let endStall = (): void => {}
  const stall = new Promise<void>((resolve) => {
    endStall = resolve
  })
  await node2.page.route('**/late', async (route) => {
    await Promise.all([pass(stallMs), stall])
    await route.fulfill({ status: 204 })
  })
  const stalledAt = Date.now()
  const busy = node2.page.evaluate(() => {
    const request = new XMLHttpRequest()
    request.open('GET', '/late', false)
    request.send()
    return request.status
  })
  await publish(texts, node1, node3)
  for (const text of texts) {
    await node3.waitForMessage('node1', text)
    await node1.waitForMessage('node3', text)
  }
  endStall()
  expect(await busy).toBe(204)
  await expectDelivered(texts, tabs, before)
  expect(await statesSince(tabs, stalledAt)).toEqual([[], [], []])
}

describe('a tab that stalls for 12 s', () => {
  it('keeps its links and loses nothing when its process is stopped, and relays on while only a script of its page is busy [P1, P8]', async ({
    network,
  }) => {
    const tabs = await network.openLine('node1', 'node2', 'node3')
    if (process.platform !== 'win32') await checkStoppedProcess(tabs)
    await checkBusyScript(tabs)
  })
})
