import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
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
  // Without workers the node sends in the page, where this script can change what it sends.
  Reflect.deleteProperty(window, 'Worker')
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

/** node2 and mallory are downstreams of node1, and all three links are up. */
const openNetwork = async (network: Network): Promise<{ node1: Tab; node2: Tab; mallory: Tab }> => {
  const [node1, node2] = await network.openLine('node1', 'node2')
  const mallory = await network.blankTab()
  await mallory.page.addInitScript(tamper)
  await mallory.page.goto(network.address('id=mallory&peer=node1'))
  await mallory.waitForLinks({ node1: 'up' })
  await node1.waitForLinks({ node2: 'up', mallory: 'up' })
  return { node1, node2, mallory }
}

/** Drops for any of the reasons count. */
const waitForDrops = (tab: Tab, reasons: readonly string[], count: number): Promise<unknown> =>
  waitUntil(
    `${count} drops: ${reasons.join(' or ')}`,
    async () => (await tab.stats()).drops,
    (drops) => reasons.reduce((sum, reason) => sum + (drops[reason] ?? 0), 0) >= count,
  )

const expectMisbehaved = async (node1: Tab): Promise<void> => {
  await node1.waitForLinks({ node2: 'up', mallory: 'down' })
  expect((await node1.snapshots()).find(({ peer }) => peer === 'mallory')?.reason).toBe('misbehaved')
  await node1.waitForText('Blocked for a while: it sent invalid data.')
  await node1.waitForText('mallory is blocked for a while')
}

const expectGossip = async (from: Tab, to: Tab, author: string, text: string): Promise<void> => {
  await from.publish(text)
  await to.waitForMessage(author, text)
}

const expectUndisturbed = async (tab: Tab, peer: string): Promise<void> => {
  const states = (await tab.record()).links.map((change) => change.states[peer])
  expect([...new Set(states.slice(states.indexOf('up')))], `the states of ${peer} since it was up`).toEqual(['up'])
}

/** Milliseconds for the ban, the pauses between the tries during the ban, and a connection. */
const backWithinMs = 60_000

describe.concurrent('[P3] [P6] a hostile neighbour', () => {
  it('that sends forged blocks is cut off and shown as such, gossip continues, it returns when it behaves, and is cut off again at its third malformed frame', async ({
    network,
  }) => {
    const { node1, node2, mallory } = await openNetwork(network)
    await page(mallory, (hostile) => {
      hostile.replacements = { 'mallory said A': 'mallory said B' }
    })
    for (let count = 1; count <= 3; count += 1) {
      await mallory.publish(`mallory said A ${count}`)
      // On a busy machine node1 may request a block again, and gets a run that is forged inside.
      await waitForDrops(node1, ['bad-signature', 'malformed-block'], count)
    }
    await expectMisbehaved(node1)
    await expectGossip(node1, node2, 'node1', 'are you there?')
    await expectGossip(node2, node1, 'node2', 'as always')

    await page(mallory, (hostile) => {
      hostile.replacements = {}
    })
    await node1.waitForLinks({ node2: 'up', mallory: 'up' }, backWithinMs)
    // The genuine entries are not lost.
    for (const tab of [node1, node2]) await tab.waitForMessage('mallory', 'mallory said A 3')
    await expectGossip(mallory, node2, 'mallory', 'sorry')
    const texts = (await node2.messages()).map(({ text }) => text)
    expect(texts.filter((text) => text.startsWith('mallory said B'))).toEqual([])
    await expectUndisturbed(node1, 'node2')
    await expectUndisturbed(node2, 'node1')

    // Three malformed frames, and it is cut off again.
    await page(mallory, (hostile) => {
      for (const bytes of [[255], [0x81, 1], [0x9f, 1, 255]]) hostile.sendBytes(bytes)
    })
    await expectMisbehaved(node1)
    expect((await node1.stats()).drops['malformed-frame']).toBe(3)
    await expectGossip(node1, node2, 'node1', 'and now?')
    await expectGossip(node2, node1, 'node2', 'still as always')
    await expectUndisturbed(node1, 'node2')
  })
})
