import { describe, expect, it } from 'vitest'
import type { CoreNetwork } from '../core-network.ts'
import { startCores } from '../start-cores.ts'

const start = (count: number, latencyMs = 20, topology?: 'grid') => {
  const { network, nodes, at } = startCores(count, { ...(topology && { topology }), announces: true, latencyMs })
  /** The shares of in-sync marks that healthy nodes show for other healthy nodes, and for the sick node. */
  const marks = (sick?: number) => {
    const about = { healthy: [0, 0], sick: [0, 0] }
    for (const [index, { core }] of nodes.entries()) {
      if (index === sick) continue
      for (const { name, isSelf, isInSync } of core.picture(network.now)?.nodes ?? []) {
        if (isSelf) continue
        const counts = name === `node${sick}` ? about.sick : about.healthy
        counts[0] = (counts[0] ?? 0) + (isInSync ? 1 : 0)
        counts[1] = (counts[1] ?? 0) + 1
      }
    }
    const share = ([yes = 0, all = 0]: readonly number[]): number => yes / all
    return { healthy: share(about.healthy), sick: share(about.sick) }
  }
  /** Fifty messages a second, sent by all nodes in turn except the silent ones. */
  const chat = (seconds: number, silent: readonly number[] = [], each = () => {}): void => {
    const talkers = [...nodes.keys()].filter((index) => !silent.includes(index))
    for (let count = 0; count < seconds * 50; count += 1) {
      network.publish(at(talkers[count % talkers.length] ?? 0), `text ${count}`)
      network.pass(20)
      if (count % 50 === 49) each()
    }
  }
  return { network, nodes, at, marks, chat }
}

/** A three by three grid. */
const startGrid = (latencyMs?: number) => {
  const grid = start(9, latencyMs, 'grid')
  grid.network.pass(3_000)
  return grid
}

const passing = new Set<string>(['hello', 'heartbeat', 'announce', 'bye'])

/** Cuts a node off from blocks and from everything that leads to blocks, in both directions. */
const cutOff = (network: CoreNetwork, sick: number): void => {
  network.reaches = (from, to, type) => (from !== sick && to !== sick) || passing.has(type)
}

describe('the mark that a node is in sync [N7]', () => {
  it.each([20, 100])('is shown while fifty messages a second flow, at %i ms a hop', (latencyMs) => {
    const { chat, marks } = startGrid(latencyMs)
    const shares: number[] = []
    chat(10, [], () => void shares.push(marks().healthy))
    expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeGreaterThan(0.98)
    expect(Math.min(...shares)).toBeGreaterThan(0.9)
  })

  it('is shown on all nodes two seconds after the traffic stops', () => {
    const { network, chat, marks } = startGrid()
    chat(10)
    network.pass(2_000)
    expect(marks().healthy).toBe(1)
    network.pass(30_000)
    expect(marks().healthy).toBe(1)
  })

  it('disappears within ten seconds for a node that no message reaches, whether it sends messages or not', () => {
    for (const silent of [[], [4]]) {
      const { network, chat, marks } = startGrid()
      chat(5)
      cutOff(network, 4)
      chat(10, silent)
      const shares: { readonly healthy: number; readonly sick: number }[] = []
      chat(10, silent, () => void shares.push(marks(4)))
      expect(shares.map(({ sick }) => sick)).toEqual(Array(10).fill(0))
      expect(Math.min(...shares.map(({ healthy }) => healthy))).toBeGreaterThan(0.9)
      // The traffic stops, and the node still lacks everything.
      network.pass(10_000)
      expect(marks(4)).toEqual({ healthy: 1, sick: 0 })
      network.reaches = () => true
      network.pass(15_000)
      expect(marks(4)).toEqual({ healthy: 1, sick: 1 })
    }
  })

  it('disappears for a node that is the only one to send messages if none of them arrives', () => {
    const { network, chat, marks } = startGrid()
    chat(2)
    network.pass(3_000)
    cutOff(network, 4)
    chat(12, [0, 1, 2, 3, 5, 6, 7, 8])
    expect(marks(4).sick).toBe(0)
  })

  it('disappears for a node that receives all messages if none of its own arrives', () => {
    const { network, chat, marks } = startGrid()
    chat(2)
    network.reaches = (from, _to, type) => from !== 4 || passing.has(type)
    chat(10)
    expect(marks(4)).toEqual({ healthy: 1, sick: 0 })
  })

  it('is not shown for a node with an older history until that history is here', () => {
    const { network, at, marks } = start(2)
    for (let count = 0; count < 50; count += 1) network.publish(at(0), `text ${count}`)
    network.pass(10_000)
    cutOff(network, 1)
    network.link(at(0), at(1))
    for (let count = 0; count < 5; count += 1) {
      network.publish(at(1), `late ${count}`)
      network.pass(500)
      expect(marks()).toMatchObject({ healthy: 0 })
    }
    network.reaches = () => true
    network.pass(15_000)
    expect(marks()).toMatchObject({ healthy: 1 })
  })

  it('is not shown for a node that comes back with messages that are missing here', () => {
    const { network, at, marks } = start(2)
    network.link(at(0), at(1))
    network.pass(3_000)
    expect(marks()).toMatchObject({ healthy: 1 })
    network.reaches = () => false
    network.pass(5_000)
    for (let count = 0; count < 50; count += 1) network.publish(at(0), `text ${count}`)
    network.pass(10_000)
    cutOff(network, 1)
    network.publish(at(1), 'late')
    network.pass(1_000)
    expect(marks()).toMatchObject({ healthy: 0 })
  })

  it('disappears for one message that did not arrive, and returns once the message has arrived', () => {
    const { network, at, marks } = startGrid()
    cutOff(network, 4)
    network.publish(at(0), 'one')
    expect(marks(4)).toEqual({ healthy: 1, sick: 1 })
    network.pass(7_000)
    expect(marks(4)).toEqual({ healthy: 1, sick: 0 })
    network.reaches = () => true
    network.pass(15_000)
    expect(marks(4)).toEqual({ healthy: 1, sick: 1 })
  })
})
