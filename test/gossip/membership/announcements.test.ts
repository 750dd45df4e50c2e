import { describe, expect, it } from 'vitest'
import type { KnownNode } from '../../../client/gossip/membership/network-picture.ts'
import { startCores } from '../start-cores.ts'

const start = (count: number, topology: 'line' | 'ring' | 'total' = 'line') => {
  const { network, at } = startCores(count, { topology, announces: true, latencyMs: 20 })
  network.pass(12_000)
  const picture = (index: number): readonly KnownNode[] => at(index).core.picture(network.now)?.nodes ?? []
  const seen = (by: number, name: string): KnownNode | undefined => picture(by).find((node) => node.name === name)
  const presences = (by: number): Record<string, string> =>
    Object.fromEntries(picture(by).map(({ name, presence }) => [name, presence]))
  return { network, at, picture, seen, presences }
}

describe('announcements [N1] [N3]', () => {
  it('make every node of a line of ten known to every other, with its links and their round trips', () => {
    const { picture, network } = start(10)
    for (let index = 0; index < 10; index += 1) {
      const nodes = picture(index)
      expect(nodes.map(({ name }) => name).sort()).toEqual(Array.from({ length: 10 }, (_, other) => `node${other}`))
      expect(nodes[0]).toMatchObject({ name: `node${index}`, isSelf: true })
      for (const { name, links, presence, isInSync, heardAgoMs } of nodes) {
        expect(links).toHaveLength(name === 'node0' || name === 'node9' ? 1 : 2)
        for (const { rttMs } of links) expect(rttMs).toBe(40)
        expect([presence, isInSync]).toEqual(['here', true])
        expect(heardAgoMs).toBeLessThan(12_500)
      }
    }
    expect(network.drops['too-many-notices']).toBeUndefined()
  })

  it('show a change at the other end of a line of ten within a second', () => {
    const { network, at, seen } = start(10)
    const late = network.add()
    network.link(late, at(0))
    expect(network.passUntil(() => seen(9, 'node10')?.presence === 'here')).toBeLessThan(1_000)
    expect(network.passUntil(() => seen(9, 'node0')?.links.length === 2)).toBeLessThan(1_000)
    network.handle(at(0), { type: 'registered', isOnline: true })
    expect(network.passUntil(() => seen(9, 'node0')?.isOnline === true)).toBeLessThan(2_000)
  })

  it('cost a calm network little: each node verifies each announcement once', () => {
    const { network } = start(10)
    const before = { ...network.sent }
    const verified = network.verifications
    network.pass(60_000)
    const sent = (network.sent['announce'] ?? 0) - (before['announce'] ?? 0)
    // Ten nodes announce themselves every ten seconds, each over nine links.
    expect(sent).toBeLessThan(60 * 9 * 1.3)
    expect(network.verifications - verified).toBeLessThan(60 * 9 * 1.3)
    expect(network.verifications - verified).toBeGreaterThan(60 * 9 * 0.7)
  })

  it('are verified once by each node of a mesh, whatever their path is', () => {
    const { network } = start(6, 'total')
    const verified = network.verifications
    network.pass(60_000)
    // Six nodes every ten seconds, each verified by the five others; now and then a node verifies one twice, when two
    // copies come at the same moment.
    expect(network.verifications - verified).toBeLessThan(6 * 5 * 6 * 1.3)
  })
})

describe('a node that leaves', () => {
  it('with a tombstone is gone everywhere within a second [N9] [P8]', () => {
    const { network, at, picture } = start(6)
    network.handle(at(5), { type: 'stop' })
    expect(network.passUntil(() => picture(0).length === 5)).toBeLessThan(1_000)
    network.pass(60_000)
    for (let index = 0; index < 5; index += 1) expect(picture(index)).toHaveLength(5)
  })

  it('in the middle of a ring, with a tombstone, does not change the presence of the others', () => {
    const { network, at, presences } = start(5, 'ring')
    network.handle(at(2), { type: 'stop' })
    network.pass(2_000)
    const others = { node0: 'here', node1: 'here', node3: 'here', node4: 'here' }
    for (const index of [0, 1, 3, 4]) expect(presences(index)).toEqual(others)
  })

  it('without any notice is quiet within 8 s and down within 20 s at the far end, and then leaves the picture [N4] [P8]', () => {
    const { network, at, seen, picture } = start(6)
    // Its process is gone, but no connection ends.
    at(5).isUp = false
    network.pass(8_000)
    expect(seen(0, 'node5')?.presence).toBe('quiet')
    expect(network.passUntil(() => seen(0, 'node5')?.presence === 'down')).toBeLessThan(12_000)
    network.pass(12_000)
    expect(picture(0).map(({ name }) => name)).toEqual(['node0', 'node1', 'node2', 'node3', 'node4'])
  })

  it('by a broken connection is down within a second, and leaves the picture ten seconds later [N5]', () => {
    const { network, at, seen } = start(6)
    network.handle(at(5), { type: 'registered', isOnline: true })
    network.pass(150)
    expect(seen(0, 'node5')).toMatchObject({ isOnline: true, presence: 'here' })
    network.kill(at(5))
    expect(network.passUntil(() => seen(0, 'node5')?.presence === 'down')).toBeLessThan(1_200)
    network.pass(9_000)
    expect(seen(0, 'node5')?.presence).toBe('down')
    network.pass(2_000)
    expect(seen(0, 'node5')).toBeUndefined()
  })

  it('together with its only neighbour is not kept present by what the two announced of each other', () => {
    const { network, at, seen, picture } = start(6)
    at(4).isUp = false
    at(5).isUp = false
    network.pass(8_000)
    expect([seen(0, 'node4')?.presence, seen(0, 'node5')?.presence]).toEqual(['quiet', 'quiet'])
    expect(network.passUntil(() => seen(0, 'node4')?.presence === 'down')).toBeLessThan(12_000)
    expect(seen(0, 'node5')?.presence).toBe('out-of-reach')
    network.pass(20_000)
    expect(picture(0).map(({ name }) => name)).toEqual(['node0', 'node1', 'node2', 'node3'])
  })

  it('for a reload is replaced at once by its new epoch', () => {
    const { network, at, seen, picture } = start(6)
    const before = seen(0, 'node5')?.epoch
    network.kill(at(5))
    network.start(at(5), true)
    network.link(at(5), at(4))
    expect(network.passUntil(() => seen(0, 'node5')?.epoch !== before)).toBeLessThan(1_000)
    network.pass(1_500)
    expect(seen(0, 'node5')).toMatchObject({ presence: 'here', links: [{ peer: 'node4', state: 'up' }] })
    expect(picture(0)).toHaveLength(6)
  })
})

describe('a network that falls apart', () => {
  it('shows the other half as down at the broken link and as out of reach behind it, until it heals [N4]', () => {
    const { network, at, presences } = start(6)
    network.cut(at(2), at(3))
    network.pass(1_500)
    expect(presences(0)).toEqual({
      node0: 'here',
      node1: 'here',
      node2: 'here',
      node3: 'down',
      node4: 'out-of-reach',
      node5: 'out-of-reach',
    })
    network.pass(60_000)
    expect(presences(0)).toEqual({ node0: 'here', node1: 'here', node2: 'here' })
    network.link(at(3), at(2))
    const isWhole = (): boolean => Object.values(presences(0)).filter((presence) => presence === 'here').length === 6
    expect(network.passUntil(isWhole)).toBeLessThan(2_000)
  })

  it('by the tombstone of its relay shows the node behind as out of reach, never as quiet or down [N4]', () => {
    const { network, at, seen, presences } = start(3)
    network.handle(at(1), { type: 'stop' })
    network.pass(1_000)
    expect(presences(2)).toEqual({ node0: 'out-of-reach', node2: 'here' })
    const shown = new Set<string | undefined>()
    network.passUntil(() => {
      shown.add(seen(2, 'node0')?.presence)
      return !seen(2, 'node0')
    })
    expect([...shown]).toEqual(['out-of-reach', undefined])
  })

  it('shows a node as here as long as one path to the node is good', () => {
    const { network, presences } = start(4, 'ring')
    // The frames between the two get lost, so each sees the other as quiet and then drops the link.
    network.reaches = (from, to) => !(from + to === 3 && from * to === 2)
    for (let second = 0; second < 40; second += 1) {
      network.pass(1_000)
      for (const index of [0, 1, 2, 3]) {
        expect(Object.values(presences(index)), `node${index} after ${second} s`).toEqual(Array(4).fill('here'))
      }
    }
  })

  it("does not count this tab's own standstill as silence of the others [N5]", () => {
    const { network, at, presences } = start(3)
    const tickAt = at(0).tickAt
    // Like a machine that sleeps: for a minute no event is handled.
    network.reaches = () => false
    at(0).tickAt = Infinity
    network.now += 60_000
    at(0).tickAt = tickAt
    network.reaches = () => true
    network.handle(at(0), { type: 'tick' })
    expect(presences(0)).toEqual({ node0: 'here', node1: 'here', node2: 'here' })
  })
})
