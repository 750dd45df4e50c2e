import { describe, expect } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import type { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/** Controls, in the page of a hostile neighbour, the frames that its node sends. */
interface TamperedWindow extends Window {
  /** Texts to replace, each by a text of the same length. */
  replacements: Record<string, string>
  /** Sends arbitrary bytes on every open channel. */
  sendBytes(bytes: readonly number[]): void
}

/** Runs in the page before its own scripts, so it can use nothing from outside. */
const tamper = (): void => {
  const channels = new Set<RTCDataChannel>()
  const hostile = window as unknown as TamperedWindow
  hostile.replacements = {}
  hostile.sendBytes = (bytes) => {
    for (const channel of channels) if (channel.readyState === 'open') channel.send(new Uint8Array(bytes))
  }
  const send = Reflect.get(RTCDataChannel.prototype, 'send') as (data: ArrayBuffer) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: string | ArrayBuffer | ArrayBufferView) {
    channels.add(this)
    const bytes = new Uint8Array(data instanceof ArrayBuffer ? data.slice(0) : (data as Uint8Array).slice().buffer)
    for (const [from, to] of Object.entries(hostile.replacements)) {
      const [before, after] = [new TextEncoder().encode(from), new TextEncoder().encode(to)]
      for (let at = 0; at + before.length <= bytes.length; at += 1) {
        if (before.every((byte, index) => bytes[at + index] === byte)) bytes.set(after, at)
      }
    }
    Reflect.apply(send, this, [bytes.buffer])
  } as RTCDataChannel['send']
}

const page = <Result>(tab: Tab, action: (hostile: TamperedWindow) => Result): Promise<Result> =>
  tab.page.evaluate(`(${String(action)})(window)`) as Promise<Result>

const openHostile = async (network: Network, name: string): Promise<Tab> => {
  const tab = await network.blankTab()
  await tab.page.addInitScript(tamper)
  await tab.page.goto(network.address(`id=${name}&peer=node1`))
  await tab.waitForLinks({ node1: 'up' })
  return tab
}

const waitForDrops = (tab: Tab, reason: string, count: number): Promise<unknown> =>
  waitUntil(
    `${count} drops: ${reason}`,
    async () => (await tab.stats()).drops,
    (drops) => (drops[reason] ?? 0) >= count,
  )

const expectMisbehaved = async (node1: Tab, hostile: string): Promise<void> => {
  await waitUntil(
    `${hostile} is cut off`,
    () => node1.snapshots(),
    (links) => links.some(({ peer, state, reason }) => peer === hostile && state === 'down' && reason === 'misbehaved'),
    { describe: () => node1.describe() },
  )
  await node1.waitForText('Blocked for a while: it sent invalid data.')
  await node1.waitForText(`${hostile} is blocked for a while`)
}

const expectGossip = async (from: Tab, to: Tab, author: string, text: string): Promise<void> => {
  await from.publish(text)
  await to.waitForMessage(author, text)
}

const expectUndisturbed = async (tab: Tab, peer: string): Promise<void> => {
  const states = (await tab.record()).links.map((change) => change.states[peer])
  expect([...new Set(states.slice(states.indexOf('up')))], `the states of ${peer} since it was up`).toEqual(['up'])
}

const it = browserTest({ sharesRenderer: true })

/** Milliseconds for the ban, the pauses between the tries during the ban, and a connection. */
const backWithinMs = 60_000

describe('[P3] [P6] a hostile neighbour', () => {
  it('that sends malformed frames or forged blocks is cut off and shown as such, gossip continues, and it returns when it behaves', async ({
    network,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    const trudy = await openHostile(network, 'trudy')
    const mallory = await openHostile(network, 'mallory')
    await node1.waitForLinks({ node2: 'up', trudy: 'up', mallory: 'up' })

    await page(trudy, (hostile) => {
      for (const bytes of [[255], [0x81, 1], [0x9f, 1, 255]]) hostile.sendBytes(bytes)
    })
    await expectMisbehaved(node1, 'trudy')
    expect((await node1.stats()).drops['malformed-frame'], 'the third frame cuts it off').toBe(3)
    await expectGossip(node1, node2, 'node1', 'are you there?')
    await expectGossip(node2, node1, 'node2', 'as always')

    await page(mallory, (hostile) => {
      hostile.replacements = { 'mallory said A': 'mallory said B' }
    })
    for (let count = 1; count <= 3; count += 1) {
      await mallory.publish(`mallory said A ${count}`)
      await waitForDrops(node1, 'bad-signature', count)
    }
    await expectMisbehaved(node1, 'mallory')
    await expectGossip(node1, node2, 'node1', 'still there?')
    await expectGossip(node2, node1, 'node2', 'as ever')

    await page(mallory, (hostile) => {
      hostile.replacements = {}
    })
    await node1.waitForLinks({ node2: 'up', trudy: 'up', mallory: 'up' }, backWithinMs)
    // The genuine entries are not lost.
    for (const tab of [node1, node2]) await tab.waitForMessage('mallory', 'mallory said A 3')
    await expectGossip(mallory, node2, 'mallory', 'sorry')
    const texts = (await node2.messages()).map(({ text }) => text)
    expect(texts.filter((text) => text.startsWith('mallory said B'))).toEqual([])
    await expectUndisturbed(node1, 'node2')
    await expectUndisturbed(node2, 'node1')
  })
})
