import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { startCores } from '../start-cores.ts'

/** Two linked nodes, of which `holder` publishes twice a second. */
const startTwo = (seed: number, limits = {}) => {
  const { network, at } = startCores(2, { topology: 'line', limits })
  for (let skipped = 0; skipped < seed; skipped += 1) network.random()
  network.pass(500)
  for (let count = 0; count < 240; count += 1) {
    network.after(500 * count, () => void network.publish(at(1), `text ${count}`))
  }
  return { network, victim: at(0), holder: at(1) }
}

describe('[P8] [S6] the link to an honest neighbour is not cut', () => {
  it.each([1, 2, 3, 4, 5])('if a third of all frames is lost, and nobody notices: seed %i', (seed) => {
    const { network } = startTwo(seed)
    network.loss = 0.3
    network.pass(120_000)
    expect(network.cuts).toEqual({})
  })

  it('if no request reaches it, and this node notices', () => {
    const { network, victim, holder } = startTwo(1)
    const [end] = victim.links
    if (!end) throw new Error('no link')
    network.reaches = (from, _to, type) => {
      if (from === holder.index) return type !== 'push'
      if (type === 'iwant') network.after(0, () => network.handle(victim, { type: 'lost', link: end.id }))
      return type !== 'iwant'
    }
    network.pass(120_000)
    expect(network.sent['iwant']).toBeGreaterThan(20)
    expect(network.cuts).toEqual({})
  })

  it('if nothing of this node reaches it, and it has not noticed', () => {
    const { network, victim, holder } = startTwo(1)
    const log = logIdOf(network.publish(holder, 'first'))
    network.reaches = (from, _to, type) => from === holder.index && type !== 'push'
    for (let height = 1; height <= 17; height += 1) {
      const heads = [{ log, height }]
      network.after(1_000 * height, () => network.inject(holder, victim, { type: 'ihave', heads }))
    }
    network.pass(18_000)
    expect(network.sent['iwant']).toBeGreaterThan(2)
    expect([network.cuts, victim.delivered.length]).toEqual([{}, 1])
  })

  it('if its answers find no room, but what it pushes does', () => {
    const { network, holder } = startTwo(1)
    let pushes = 0
    // Some pushes are lost, so that there is always something to request.
    network.reaches = (from, _to, type) => {
      if (from !== holder.index) return true
      if (type === 'push') return (pushes += 1) % 40 !== 3
      return type !== 'blocks'
    }
    network.pass(60_000)
    expect(network.cuts).toEqual({})
  })

  it('if it has evicted what this node lacks', () => {
    const { network, victim, holder } = startTwo(1, { maxBlocks: 50, keptPerLog: 10 })
    network.pass(5_000)
    network.reaches = () => false
    network.pass(60_000)
    network.reaches = () => true
    const before = network.sent['iwant'] ?? 0
    network.link(victim, holder)
    network.pass(60_000)
    expect(network.sent['iwant']).toBeGreaterThan(before)
    expect(network.cuts['unkept-promise']).toBeUndefined()
  })
})
