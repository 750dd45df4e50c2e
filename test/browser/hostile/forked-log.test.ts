import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/**
 * Makes the node of this page send different blocks to its first and its second neighbour. For every block with the
 * text `truth1`, the key also signs a block that differs only in that text, and every frame on the second channel
 * carries that block instead. Runs in the page before its own scripts.
 */
const forkTheLog = (): void => {
  const [word, other] = ['truth1', 'truth2'].map((text) => new TextEncoder().encode(text))
  const indexOf = (bytes: Uint8Array, part: Uint8Array | undefined): number => {
    if (!part) return -1
    for (let at = 0; at + part.length <= bytes.length; at += 1) {
      if (part.every((byte, index) => bytes[at + index] === byte)) return at
    }
    return -1
  }
  const altered = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const copy = new Uint8Array(bytes)
    for (let at = indexOf(copy, word); at >= 0; at = indexOf(copy, word)) copy.set(other ?? [], at)
    return copy
  }
  const bytesOf = (data: BufferSource): Uint8Array =>
    data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

  /** The signature of the altered block, by the signature of the original. */
  const signatures: { readonly honest: Uint8Array; readonly forged: Uint8Array }[] = []
  const sign = Reflect.get(SubtleCrypto.prototype, 'sign')
  SubtleCrypto.prototype.sign = async function (this: SubtleCrypto, algorithm, key, data) {
    const message = bytesOf(data)
    const honest = await Reflect.apply(sign, this, [algorithm, key, data])
    if (indexOf(message, word) >= 0) {
      const forged = await Reflect.apply(sign, this, [algorithm, key, altered(message)])
      signatures.push({ honest: new Uint8Array(honest), forged: new Uint8Array(forged) })
    }
    return honest
  }

  // Without workers the node sends in the page, where this script can change what it sends.
  Reflect.deleteProperty(window, 'Worker')
  const channels: RTCDataChannel[] = []
  const send = Reflect.get(RTCDataChannel.prototype, 'send') as (data: unknown) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    if (!channels.includes(this)) channels.push(this)
    const isSecond = channels.indexOf(this) === 1
    if (!isSecond || typeof data === 'string' || data instanceof Blob) return Reflect.apply(send, this, [data])
    const frame = bytesOf(data as BufferSource)
    const forged = altered(frame)
    for (const { honest, forged: signature } of signatures) {
      const at = indexOf(frame, honest)
      if (at >= 0) forged.set(signature, at)
    }
    return Reflect.apply(send, this, [forged])
  }
}

const notice = (tab: Tab) =>
  tab.page.getByRole('region', { name: 'Notices' }).getByText('signed two different messages with the same number')

const digests = async (...tabs: readonly Tab[]): Promise<number> =>
  new Set(await Promise.all(tabs.map(async (tab) => (await tab.node()).digest))).size

describe('an author who sends different blocks to its neighbours', () => {
  it('is shown as such by every tab, with both blocks as proof, also after a reload [P3, F1]', async ({ network }) => {
    const node1 = await network.blankTab()
    await node1.page.addInitScript(forkTheLog)
    await node1.page.goto(network.address('id=node1'))
    const node2 = await network.open('id=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    await node1.waitForLinks({ node2: 'up' })
    const node3 = await network.open('id=node3&peer=node1')
    await node3.waitForLinks({ node1: 'up' })
    const node4 = await network.open('id=node4&peer=node2,node3')
    await node4.waitForLinks({ node2: 'up', node3: 'up' })

    await node1.send('before')
    for (const tab of [node2, node3, node4]) await tab.waitForMessage('node1', 'before')
    await node1.send('truth1')
    await node2.waitForMessage('node1', 'truth1')
    await node3.waitForMessage('node1', 'truth2')

    for (const tab of [node2, node3, node4]) {
      await waitUntil(
        'the notice',
        () => notice(tab).count(),
        (count) => count === 1,
      )
      await tab.page.getByRole('region', { name: 'Notices' }).getByText('Show both versions').click()
      const shown = await tab.page.getByRole('region', { name: 'Notices' }).locator('dd').allTextContents()
      expect(shown.sort()).toEqual(['truth1', 'truth2'])
      const [fork, ...others] = await tab.page.evaluate(() => window.grapevine?.forks() ?? [])
      expect(others).toEqual([])
      expect(fork).toMatchObject({ name: 'node1', peerId: await node1.peerId(), height: 2 })
    }
    // The author's own page learns it from its neighbours.
    await node1.waitForText('This node signed two different messages')

    await node1.send('beyond')
    await node2.page.reload()
    await node2.waitForMessage('node1', 'truth1')
    await waitUntil(
      'the notice after the reload',
      () => notice(node2).count(),
      (count) => count === 1,
    )
    await waitUntil(
      'equal digests',
      () => digests(node2, node3, node4),
      (count) => count === 1,
    )
    const texts = (await node4.messages()).map(({ text }) => text)
    expect(texts).not.toContain('beyond')
  })
})
