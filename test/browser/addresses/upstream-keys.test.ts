import { describe, expect } from 'vitest'
import { createKey } from '../../machine/ed25519-key.ts'
import { it } from '../tabs/browser-test.ts'
import { waitUntil } from '../tabs/wait.ts'

describe('an upstream', () => {
  it('is linked if it has the key of the address, or else the key that it had before, until the person trusts the new one [P4]', async ({
    network,
  }) => {
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    const node2 = await network.open(`id=node2&peer=node1@${createKey().peerId}`, { profile: await network.profile() })
    await waitUntil(
      'the reason wrong-key',
      () => node2.snapshots(),
      ([link]) => link?.reason === 'wrong-key' && link.state !== 'up',
      { describe: () => node2.describe() },
    )
    await node2.waitForText(/key/i)
    await node1.ping()
    expect(await node1.links()).toEqual([])
    expect((await node2.record()).connectionsMade, 'no connection was made').toBe(0)

    await node2.page.goto(network.address(`id=node2&peer=node1@${await node1.peerId()}`))
    await node2.waitForLinks({ node1: 'up' })

    // Without the key in the address, the key is remembered, and a change is shown until the person trusts the new key.
    await node2.page.goto(network.address('id=node2&peer=node1'))
    await node2.waitForLinks({ node1: 'up' })
    await node1.close()
    await node2.waitForLinks({ node1: 'waiting' })

    const other = await network.open('id=node1', { profile: await network.profile() })
    await other.waitForState('online', 20_000)
    await waitUntil(
      'the reason key-changed',
      () => node2.snapshots(),
      ([link]) => link?.reason === 'key-changed' && link.state !== 'up',
      { describe: () => node2.describe() },
    )
    await other.waitForText('node2 knows node1 under another key')
    await other.ping()
    expect(await other.links()).toEqual([])

    await node2.page.getByRole('button', { name: /^Trust the new key/ }).click()
    await node2.waitForLinks({ node1: 'up' })
    await other.page.getByText('node2 knows node1 under another key').waitFor({ state: 'hidden' })
    await node2.ping()
    await other.waitForMessage('node2', "I'm alive")
  })
})
