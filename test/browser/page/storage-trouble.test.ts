import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import type { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

/**
 * A browser in which an origin may store `bytes`. The quota is set before a page opens; otherwise it takes effect
 * half a minute later.
 */
const openWithQuota = async (network: Network, query: string, quotaSize: number): Promise<Tab> => {
  const tab = await network.blankTab()
  const session = await tab.page.context().newCDPSession(tab.page)
  const address = network.address(query)
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(address).origin, quotaSize })
  await tab.page.goto(address)
  return tab
}

/** Changes one byte of the signature of the newest block that is stored for a node. The tabs of a profile share a database. */
const damageNewestBlock = (tab: Tab, name: string): Promise<void> =>
  tab.page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('grapevine')
        opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')))
        opening.addEventListener('success', () => {
          const database = opening.result
          const transaction = database.transaction('blocks', 'readwrite')
          const opened = transaction.objectStore('blocks').openCursor(null, 'prev')
          opened.addEventListener('success', () => {
            const cursor = opened.result
            const record = cursor?.value as { name: string; signature: Uint8Array; checksum?: unknown } | undefined
            if (!record) return reject(new Error(`nothing is stored for ${name}`))
            if (record.name !== name) return cursor?.continue()
            record.signature[3] = (record.signature[3] ?? 0) ^ 1
            // Without its checksum, the block looks as if it had been written with this byte.
            delete record.checksum
            cursor?.update(record)
          })
          transaction.addEventListener('complete', () => {
            database.close()
            resolve()
          })
        })
      }),
    name,
  )

/** The number of blocks that this origin has stored for a node. */
const countStored = (tab: Tab, name: string): Promise<number> =>
  tab.page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('grapevine')
        opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')))
        opening.addEventListener('success', () => {
          const database = opening.result
          const reading = database.transaction('blocks').objectStore('blocks').getAll()
          reading.addEventListener('success', () => {
            database.close()
            const records = reading.result as { readonly name: string; readonly heights?: readonly number[] }[]
            const own = records.filter((record) => record.name === name)
            resolve(own.reduce((sum, { heights }) => sum + (heights?.length ?? 1), 0))
          })
        })
      }),
    name,
  )

describe('a node with storage trouble', () => {
  it('continues in memory if the disk is full, shows it, and keeps its key and older messages after a reload', async ({
    network,
  }) => {
    const node1 = await openWithQuota(network, 'id=node1', 1_000_000)
    const node2 = await network.open('id=node2&peer=node1', { profile: await network.profile() })
    await node2.waitForLinks({ node1: 'up' })
    const peerId = await node1.peerId()
    await node1.send('stored')
    await node2.waitForMessage('node1', 'stored')

    for (let count = 0; count < 40; count += 1) await node1.publish(randomBytes(30_000).toString('base64'))
    await node1.waitForText('This browser no longer stores the messages of this node')
    await node1.send('not stored')
    await node2.waitForMessage('node1', 'not stored')
    await node2.send('heard')
    await node1.waitForMessage('node2', 'heard')
    expect((await node1.node()).state).toBe('online')

    await node1.page.reload()
    await node1.waitForMessage('node1', 'stored')
    expect(await node1.peerId()).toBe(peerId)
    // The neighbour still holds them.
    await node1.waitForMessage('node1', 'not stored')
    await node1.waitForMessage('node2', 'heard')
    await node1.waitForText('This browser no longer stores the messages of this node')
  })

  it('waits if the browser answers late, and runs in memory if it stores nothing, and shows it: no node runs under another key meanwhile', async ({
    network,
  }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const peerId = await node1.peerId()
    await node1.page.addInitScript(() => {
      IDBOpenDBRequest.prototype.addEventListener = function (
        this: IDBOpenDBRequest,
        type: string,
        listener: EventListenerOrEventListenerObject | null,
      ): void {
        const late: EventListener = (event) => {
          setTimeout(() => typeof listener === 'function' && listener.call(this, event), 4_000)
        }
        EventTarget.prototype.addEventListener.call(this, type, type === 'success' ? late : listener)
      }
    })
    await node1.page.reload()
    await node1.waitForText('This browser’s storage is slow to answer')
    expect(await node1.node()).toMatchObject({ state: 'starting' })
    const publishing = node1.publish('said meanwhile')
    await node1.waitForState('online')
    expect(await node1.peerId()).toBe(peerId)
    await publishing
    await node1.waitForMessage('node1', 'said meanwhile')

    const node2 = await network.blankTab()
    await node2.page.addInitScript(() => {
      const denied = (): never => {
        throw new DOMException('The user denied permission to access the database.', 'SecurityError')
      }
      Object.defineProperty(IDBFactory.prototype, 'open', { value: denied })
    })
    await node2.page.goto(network.address('id=node2&peer=node1'))
    await node2.waitForLinks({ node1: 'up' })
    await node2.waitForText('This browser stores neither the key of this node nor its messages')
    await node2.ping()
    await node1.waitForMessage('node2', "I'm alive")
  })

  it('fetches a message again that was damaged in storage, and does not forward it damaged', async ({ network }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    // Each in a record of its own: blocks that are written together share one.
    for (const [before, text] of ['one', 'two'].entries()) {
      await node1.send(text)
      await waitUntil(
        `node2 has stored ${text}`,
        () => countStored(node2, 'node2'),
        (count) => count === before + 1,
      )
    }
    await node1.page.goto('about:blank')
    await node2.page.goto(network.address('').replace(/\?.*/, 'healthz'))
    await damageNewestBlock(node2, 'node2')
    await node2.page.goto(network.address('id=node2&peer=node1'))
    await node2.waitForMessage('node1', 'one')
    expect((await node2.stats()).drops).toEqual({ 'damaged-in-storage': 1 })
    expect((await node2.messages()).map(({ text }) => text)).toEqual(['one'])

    await node1.page.goto(network.address('id=node1'))
    await node2.waitForMessage('node1', 'two')
    await node2.waitForLinks({ node1: 'up' })
    expect((await node1.stats()).drops['bad-signature']).toBeUndefined()
  })
})
