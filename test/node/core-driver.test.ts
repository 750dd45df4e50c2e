import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryNetwork, MemoryStore } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

/** What is thrown in a task of its own, for the browser to report. */
let reports: (() => void)[]

beforeEach(() => {
  reports = []
  vi.stubGlobal('queueMicrotask', (report: () => void) => void reports.push(report))
})

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('an effect that fails', () => {
  const start = async () => {
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock)
    const append = (): void => {
      throw new Error('the disk is on fire')
    }
    const alice = await network.start('alice', 1, Object.assign(new MemoryStore(), { append }))
    const bob = await network.start('bob')
    network.link(bob, alice)
    await clock.pass(1_000)
    return { clock, alice: alice.node, bob: bob.node }
  }

  it('does not prevent the other effects, and is reported', async () => {
    const { clock, alice, bob } = await start()
    const delivered: unknown[] = []
    alice.on('entry', ({ body }) => delivered.push(body))
    await expect(alice.publish('hello')).resolves.toMatchObject({ seq: 1 })
    await clock.pass(1_000)
    expect(delivered).toEqual(['hello'])
    expect(bob.entries()).toMatchObject([{ body: 'hello' }])
    expect(reports).toHaveLength(1)
    expect(reports[0]).toThrow('the disk is on fire')
  })

  it('stops neither the timer nor the reading of its link', async () => {
    const { clock, alice, bob } = await start()
    await bob.publish('one')
    await bob.publish('two')
    await clock.pass(60_000)
    expect(alice.entries()).toMatchObject([{ body: 'one' }, { body: 'two' }])
    expect(bob.links()).toMatchObject([{ state: 'up' }])
    expect(reports).toHaveLength(2)
  })
})

describe('a listener that throws', () => {
  it('does not affect other listeners, and is reported', async () => {
    const clock = new VirtualClock()
    const { node } = await new MemoryNetwork(clock).start('alice')
    const heard: unknown[] = []
    node.on('entry', () => {
      throw new Error('no entries please')
    })
    node.on('entry', ({ body }) => heard.push(body))
    await node.publish('hello')
    expect(heard).toEqual(['hello'])
    expect(reports).toHaveLength(1)
    expect(reports[0]).toThrow('no entries please')
  })
})
