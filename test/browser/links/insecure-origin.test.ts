import { describe, expect } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import type { ServerProcess } from '../../support/server-process.ts'

/** A host name that is not localhost, so plain http is as insecure as in a classroom's network. */
const it = browserTest({ args: ['--host-resolver-rules=MAP classroom.test localhost'] }).extend(
  'environment',
  { scope: 'file' },
  () => ({ ALLOWED_HOSTS: 'classroom.test' }),
)

const insecure = (server: ServerProcess): { origin: string } => ({ origin: `http://classroom.test:${server.port}` })

describe('a page served over plain http from another machine', () => {
  it('has no crypto.subtle, and its tabs still link with each other and with a secure page, and keep their keys', async ({
    network,
    server,
  }) => {
    const node1 = await network.open('id=node1')
    const node2 = await network.open('id=node2&peer=node1', insecure(server))
    const node3 = await network.open('id=node3&peer=node2', insecure(server))
    const has = await node3.page.evaluate(() => ({
      isSecureContext,
      subtle: 'subtle' in crypto,
      locks: 'locks' in navigator,
    }))
    expect(has).toEqual({ isSecureContext: false, subtle: false, locks: false })
    expect(await node1.page.evaluate(() => isSecureContext)).toBe(true)

    await node2.waitForLinks({ node1: 'up', node3: 'up' })
    await node1.ping()
    expect((await node3.waitForMessage('node1', "I'm alive")).path).toEqual(['node1', 'node2', 'node3'])
    await node3.ping()
    const before = await node1.waitForMessage('node3', "I'm alive")
    expect(before.path).toEqual(['node3', 'node2', 'node1'])

    const peerId = await node3.peerId()
    await node3.page.reload()
    await node3.waitForLinks({ node2: 'up' })
    expect(await node3.peerId()).toBe(peerId)
    await node3.send('after')
    const after = await node1.waitForMessage('node3', 'after')
    expect(after.peerId).toBe(before.peerId)
    expect(after.epoch).not.toBe(before.epoch)
  })

  it('refuses a name that is open in another tab, which takes over when that one closes, and can copy an address to share', async ({
    network,
    server,
  }) => {
    const node1 = await network.open('id=node1', insecure(server))
    await node1.waitForState('online')
    const copy = await network.duplicate(node1)
    await copy.waitForState('error')
    await copy.waitForText(/node1 is open in another tab/)
    expect(await node1.node()).toMatchObject({ state: 'online' })

    await node1.close()
    await copy.waitForState('online')
    expect(await copy.node()).toMatchObject({ name: 'node1' })

    // It can still copy an address to share.
    const { page } = copy
    expect(await page.evaluate(() => 'clipboard' in navigator)).toBe(false)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Share', exact: true })
    await dialog.getByRole('button', { name: 'Copy', exact: true }).first().click()
    await dialog.getByText('Address copied.').waitFor()
    const address = await dialog.getByRole('textbox', { name: 'Address of a downstream tab' }).inputValue()
    await page.keyboard.press('Escape')

    const field = page.getByRole('textbox', { name: 'Message', exact: true })
    await field.focus()
    await page.keyboard.press('ControlOrMeta+V')
    expect(await field.inputValue()).toBe(address)
    expect(address).toContain(`net=${network.name}`)
  })
})
