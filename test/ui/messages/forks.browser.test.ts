import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import type { Fork } from '../../../client/node/api/grapevine.ts'
import { expectNoViolations } from '../axe.ts'
import { fakePeerId } from '../fake-network.ts'
import type { FakeNode } from '../fake-node.ts'
import { mountNode, nextFrames, shown } from '../mounted-page.ts'

const epoch = '1-0123456789abcdef'

const forkOf = (name: string, parts: Partial<Fork> = {}): Fork => ({
  name,
  peerId: fakePeerId(name),
  epoch,
  height: 3,
  proof: [
    { hash: 'a'.repeat(43), entries: [{ seq: 3, time: 0, body: 'I owe you <b>ten</b>' }] },
    {
      hash: 'b'.repeat(43),
      entries: [
        { seq: 3, time: 0, body: { owed: 0 } },
        { seq: 4, time: 0, body: 'more' },
      ],
    },
  ],
  ...parts,
})

const notices = () => shown.notices.element().querySelectorAll('.notice')

describe('an author who signed two different messages with one number', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode([900, 900])
  })

  it('is reported by a notice that can show both messages', async () => {
    node.fork(forkOf('mallory'))
    await expect.element(screen.getByText('mallory signed two different messages with the same number')).toBeVisible()
    const one = shown.notices.getByText('I owe you <b>ten</b>', { exact: true })
    await expect.element(one).not.toBeVisible()
    await shown.notices.getByText('Show both versions').click()
    await expect.element(one).toBeVisible()
    await expect.element(shown.notices.getByText('{"owed":0} more')).toBeVisible()
    await expect.element(shown.notices.getByText('Second version: messages 3 to 4, block bbbbbbbb')).toBeVisible()
    expect(shown.notices.element().querySelector('b')).toBeNull()
    await expectNoViolations()
  })

  it('is marked at the messages of the forked log, and at no others', async () => {
    for (const body of ['one', 'two', 'I owe you <b>ten</b>']) node.deliver({ author: 'mallory', body })
    node.deliver({ author: 'mallory', epoch: '2-0123456789abcdef', seq: 1, body: 'after a reload' })
    node.deliver({ author: 'node2', body: 'other' })
    node.fork(forkOf('mallory'))
    await expect.element(shown.messages.getByText('forked log').first()).toBeVisible()
    const marked = shown.messages.elements().map((item) => /forked log/.test(item.textContent))
    expect(marked).toEqual([true, true, true, false, false])
    const notes = shown.messages.elements().map((item) => item.querySelector('.fork summary span')?.textContent.trim())
    expect(notes).toEqual([
      undefined,
      undefined,
      'mallory also signed another message with this number. Nothing after it is accepted.',
      undefined,
      undefined,
    ])
    await shown.messages.getByText('Show both versions').click()
    await expect.element(shown.messages.getByText('{"owed":0} more')).toBeVisible()
    await expectNoViolations()
  })

  it('changes the digest that the page shows', async () => {
    await nextFrames()
    node.digests = 0
    node.fork(forkOf('mallory'))
    await expect.poll(() => node.digests).toBe(1)
  })

  it('is marked at the last message of the log if neither of the two messages is held', async () => {
    for (const body of ['one', 'two']) node.deliver({ author: 'mallory', body })
    node.fork(forkOf('mallory'))
    const note = shown.messages.nth(1).getByText('two different messages with the next number')
    await expect.element(note).toBeVisible()
  })

  it('may be this node itself: the notice offers a reload, which begins a new log', async () => {
    node.fork(forkOf('node1'))
    await expect.element(screen.getByText('This node signed two different messages with the same number')).toBeVisible()
    await expect.element(shown.notices.getByRole('button', { name: 'Reload this tab' })).toBeVisible()
  })

  it('shares one notice with many other such authors, and the page stays usable', async () => {
    for (let count = 1; count <= 1_000; count += 1) node.fork(forkOf(`mallory${count}`))
    node.fork(forkOf('mallory1000', { epoch: '2-0123456789abcdef' }))
    await expect.element(screen.getByText('998 more authors signed two')).toBeVisible()
    await nextFrames()
    expect(notices()).toHaveLength(3)
  })
})
