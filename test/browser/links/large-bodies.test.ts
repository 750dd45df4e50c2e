import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { PageWindow } from '../tabs/tab.ts'

const mebi = 1_048_576

describe('[L5] a large body', () => {
  it('goes from page to page over two hops, with its topic, and is there after a reload', async ({ network }) => {
    const size = mebi
    const [node1, node2, node3] = await network.openLine('node1', 'node2', 'node3')
    /** The sum of the bytes shows that they are the same. */
    const arrival = node3.page.evaluate(
      () =>
        new Promise<{ progress: number; sum: number; size: number }>((resolve) => {
          const { grapevine } = window as unknown as PageWindow
          let progress = 0
          grapevine.on('progress', { topic: 'file' }, () => (progress += 1))
          grapevine.on('entry', { topic: 'file' }, ({ body }) => {
            const bytes = body as Uint8Array
            resolve({ progress, sum: bytes.reduce((sum, byte) => sum + byte, 0), size: bytes.length })
          })
        }),
    )
    const sent = node1.page.evaluate(async (length) => {
      const bytes = new Uint8Array(length)
      for (let index = 0; index < length; index += 1) bytes[index] = (index * 7919) >> 3
      const { grapevine } = window as unknown as PageWindow
      const { seq } = await grapevine.publish(bytes, { topic: 'file' })
      return { seq, sum: bytes.reduce((sum, byte) => sum + byte, 0), left: bytes.length }
    }, size)
    await node2.ping()
    await node1.waitForMessage('node2', "I'm alive")
    const { seq, sum, left } = await sent
    expect({ seq, left }).toEqual({ seq: 1, left: size })
    const arrived = await arrival
    expect(arrived).toMatchObject({ sum, size })
    expect(arrived.progress).toBeGreaterThan(0)
    await node3.page.reload()
    await expect
      .poll(() =>
        node3.page.evaluate(() =>
          (window as unknown as PageWindow).grapevine
            .entries()
            .map(({ topic, body }) => [topic, body instanceof Uint8Array ? body.length : body]),
        ),
      )
      .toContainEqual(['file', size])
  })
})
