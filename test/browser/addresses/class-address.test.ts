import { describe, expect } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import type { Tab } from '../tabs/tab.ts'

/** The four seats, in the order in which tabs get them, each with the links of a ring. */
const ringOf4: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ring-4-1': { 'ring-4-2': 'up', 'ring-4-4': 'up' },
  'ring-4-2': { 'ring-4-1': 'up', 'ring-4-3': 'up' },
  'ring-4-3': { 'ring-4-2': 'up', 'ring-4-4': 'up' },
  'ring-4-4': { 'ring-4-3': 'up', 'ring-4-1': 'up' },
}

const waitForRing = async (tabs: readonly Tab[]): Promise<ReadonlyMap<string, Tab>> => {
  const byName = new Map<string, Tab>()
  for (const tab of tabs) {
    await tab.waitForState('online')
    byName.set((await tab.node()).name, tab)
  }
  expect([...byName.keys()].toSorted()).toEqual(Object.keys(ringOf4))
  for (const [name, tab] of byName) await tab.waitForLinks(ringOf4[name] ?? {})
  return byName
}

describe('one address for a class', () => {
  it('makes a ring of the four tabs that open it at the same time, and a ping reaches all', async ({ network }) => {
    // Two browsers, because two instances can refuse a name: another tab of the same browser, and the server.
    const profile = await network.profile()
    const tabs = await Promise.all([
      network.open('class=ring-4'),
      network.open('class=ring-4', { profile }),
      network.open('class=ring-4'),
      network.open('class=ring-4', { profile }),
    ])
    const byName = await waitForRing(tabs)
    for (const [name, tab] of byName) {
      const [, seat] = /-(\d)$/.exec(name) ?? []
      await tab.waitForText(`You are node ${seat} of this ring of 4.`)
      expect(new URL(tab.page.url()).searchParams.get('id')).toBe(name)
      expect(new URL(tab.page.url()).searchParams.get('class')).toBeNull()
      expect(new URL(tab.page.url()).searchParams.get('net')).toBe(network.name)
    }
    const [first] = byName.keys()
    await byName.get(first ?? '')?.ping()
    for (const tab of tabs) await tab.waitForMessage(first ?? '', "I'm alive")
  })

  it('gives a reloaded tab its seat again and its copy a free one, and shows when no seat is free or no such class exists', async ({
    network,
  }) => {
    const node1 = await network.open('class=ring-99')
    await node1.waitForText('“ring-99” can’t be a class')
    await node1.page.getByRole('link', { name: 'Open outside the class' }).click()
    await node1.waitForState('online')
    expect(new URL(node1.page.url()).searchParams.get('net')).toBe(network.name)

    await node1.page.goto(network.address('class=line-2'))
    await node1.waitForState('online')
    await node1.page.reload()
    await node1.waitForState('online')
    expect((await node1.node()).name).toBe('line-2-1')

    const node2 = await network.duplicate(node1)
    await node2.waitForLinks({ 'line-2-1': 'up' })
    expect((await node2.node()).name).toBe('line-2-2')

    const late = await network.open('class=line-2')
    await late.waitForText('Every seat of “line-2” is taken')
    expect(new URL(late.page.url()).searchParams.get('class')).toBe('line-2')
    await late.page.getByRole('link', { name: 'Join as an additional node' }).click()
    await late.waitForLinks({ 'line-2-1': 'up' })

    const later = await network.open('class=line-2')
    await later.waitForText('Every seat of “line-2” is taken')
    await node2.close()
    await later.page.getByRole('button', { name: 'Reload this tab' }).click()
    await later.waitForLinks({ 'line-2-1': 'up' })
    expect((await later.node()).name).toBe('line-2-2')
  })
})
