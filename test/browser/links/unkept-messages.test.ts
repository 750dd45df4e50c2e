import { describe, expect } from 'vitest'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

type Seen = readonly (readonly unknown[])[]
type RecordingWindow = Window & { readonly grapevine: GrapevineNode; seen?: unknown[][] }

const record = (tab: Tab): Promise<void> =>
  tab.page.evaluate(() => {
    const page = window as unknown as RecordingWindow
    const { grapevine } = page
    const seen: unknown[][] = []
    page.seen = seen
    const sizeOf = (body: unknown) => (body instanceof Uint8Array ? body.length : body)
    grapevine.on('ephemeral', { topic: 'cursors' }, ({ body, path }) => seen.push(['ephemeral', body, path.join('>')]))
    grapevine.on('direct', ({ peer, topic, body }) => seen.push(['direct', peer, topic, sizeOf(body)]))
  })

const waitForSeen = (tab: Tab, expected: Seen): Promise<Seen> =>
  waitUntil(
    `the tab has got ${JSON.stringify(expected)}`,
    () => tab.page.evaluate(() => (window as unknown as RecordingWindow).seen ?? []),
    (seen) => JSON.stringify(seen) === JSON.stringify(expected),
  )

const publish = (tab: Tab, body: string): Promise<unknown> =>
  tab.page.evaluate(
    (text) => (window as unknown as RecordingWindow).grapevine.publish(text, { ephemeral: true, topic: 'cursors' }),
    body,
  )

const send = (tab: Tab, peerId: string, bytes: number): Promise<string> =>
  tab.page.evaluate(
    async ([to, size]) => {
      const { grapevine } = window as unknown as RecordingWindow
      try {
        await grapevine.send(to, new Uint8Array(size), { topic: 'files' })
        return 'arrived'
      } catch (error) {
        return (error as { readonly reason: string }).reason
      }
    },
    [peerId, bytes] as const,
  )

describe.concurrent('three tabs in a line', () => {
  it('[E1] [D1] get messages that nobody keeps: ephemeral ones all, direct ones the neighbour', async ({ network }) => {
    const node1 = await network.open('id=node1')
    const node2 = await network.open('id=node2&peer=node1')
    const node3 = await network.open('id=node3&peer=node2')
    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node3.waitForLinks({ node2: 'up' })
    for (const tab of [node1, node2, node3]) await record(tab)
    await publish(node1, 'from node1')
    await waitForSeen(node3, [['ephemeral', 'from node1', 'node1>node2>node3']])
    await publish(node3, 'from node3')
    await waitForSeen(node1, [
      ['ephemeral', 'from node1', 'node1'],
      ['ephemeral', 'from node3', 'node3>node2>node1'],
    ])
    const [one, three] = [await node1.peerId(), await node3.peerId()]
    // A large one, while a small one goes the other way.
    const [up, down] = await Promise.all([send(node2, one, 4 * 1_024 * 1_024), send(node2, three, 5)])
    expect([up, down]).toEqual(['arrived', 'arrived'])
    await waitForSeen(node3, [
      ['ephemeral', 'from node1', 'node1>node2>node3'],
      ['ephemeral', 'from node3', 'node3'],
      ['direct', 'node2', 'files', 5],
    ])
    expect(await send(node1, await node2.peerId(), 7)).toBe('arrived')
    expect(await send(node1, three, 7)).toBe('not-linked')
    await waitForSeen(node2, [
      ['ephemeral', 'from node1', 'node1>node2'],
      ['ephemeral', 'from node3', 'node3>node2'],
      ['direct', 'node1', 'files', 7],
    ])
    expect((await node1.messages()).length).toBe(0)
    expect((await node1.node()).entries).toBe(0)
  })
})
