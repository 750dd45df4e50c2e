import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../client/gossip/wire/entry.ts'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import { nameOf } from '../../links/network-node.ts'
import { createTopology } from '../../simulation/faults/topology.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { bodiesOf, startCores } from '../start-cores.ts'

/** The bodies of the ephemeral messages that a node has delivered, in order. */
const bodies = ({ ephemerals }: CoreNode): unknown[] => ephemerals.map(({ body }) => body)

const sentBy = (network: CoreNetwork, action: () => void): number => {
  const before = network.sent['ephemeral'] ?? 0
  action()
  return (network.sent['ephemeral'] ?? 0) - before
}

describe('[P6] many ephemeral messages [E4]', () => {
  /** A node that is linked to a victim and to two honest nodes of it, and the messages of authors that are not here. */
  const setUp = () => {
    const network = new CoreNetwork(1)
    const [victim, alice, relay, bob] = [network.add(), network.add(), network.add(), network.add()]
    for (const node of [alice, relay, bob]) network.link(node, victim)
    network.pass(1_000)
    const bring = (author: number, number: number, body: JsonValue): void => {
      const name = nameOf('somebody')
      const epoch = '1-00000000000000aa'
      const content = { author: fakePeerId(10_000 + author), name, epoch, number, time: 0, topic: undefined, body }
      const message = { bytes: network.signing.encodeEphemeral(content), signature: new Uint8Array(64), path: [name] }
      network.inject(relay, victim, { type: 'ephemeral', message, isBeside: false })
    }
    return { network, victim, alice, bob, bring }
  }

  it('of sixty people who move their cursors twenty times a second all pass a link', () => {
    const { network, bob, bring } = setUp()
    for (let round = 1; round <= 30; round += 1) {
      for (let author = 0; author < 60; author += 1) bring(author, round, round)
      network.pass(50)
    }
    network.pass(1_000)
    expect(bob.ephemerals).toHaveLength(60 * 30)
    expect(network.drops).toEqual({})
  })

  it('are refused at their author beyond its rate, and by others if the author does not refuse them', () => {
    const { network, victim, alice, bring } = setUp()
    for (let count = 1; count <= 300; count += 1) network.publishEphemeral(alice, count)
    expect(alice.ephemerals).toHaveLength(256)
    network.pass(1_000)
    expect(bodies(victim)).toEqual(bodies(alice))
    for (let count = 1; count <= 600; count += 1) bring(1, count, 'flood')
    network.pass(1_000)
    expect(bodies(victim).filter((body) => body === 'flood')).toHaveLength(512)
    expect(network.drops).toEqual({ 'too-many-ephemerals': 88 })
  })

  it('of one neighbour take nothing from the others, here and one hop further, and delay no blocks', () => {
    const { network, victim, alice, bob, bring } = setUp()
    // Four messages of invented authors in each millisecond, when the others have been there for a while.
    let invented = 0
    for (let ms = 1_200; ms < 3_200; ms += 1) {
      network.after(ms, () => {
        for (let count = 0; count < 4; count += 1) bring((invented += 1), 1, 'flood')
      })
    }
    const before = network.verifications
    for (let count = 0; count < 60; count += 1) {
      network.publishEphemeral(alice, count)
      network.publish(alice, `block ${count}`)
      network.pass(50)
      expect(bodiesOf(victim, alice)).toHaveLength(count + 1)
    }
    network.pass(1_000)
    for (const node of [victim, bob]) {
      expect(bodies(node).filter((body) => body !== 'flood')).toEqual(Array.from({ length: 60 }, (_, count) => count))
    }
    expect(network.drops['too-many-ephemerals']).toBeGreaterThan(2_000)
    // The node and bob check what the limit admits, and the blocks.
    expect((network.verifications - before) / 2).toBeLessThan(3 * 2_300)
    expect(network.cuts).toEqual({})
  })
})

describe('an ephemeral message', () => {
  it('is delivered once at every node, its author included, by the path of its links, and kept by none [E1]', () => {
    const { network, nodes, at } = startCores(9, { topology: 'grid' })
    network.pass(1_000)
    network.publishEphemeral(at(0), { x: 1 }, 'cursors')
    expect(at(0).ephemerals).toMatchObject([{ author: 'node0', topic: 'cursors', body: { x: 1 }, path: ['node0'] }])
    network.pass(1_000)
    for (const node of nodes) {
      expect(bodies(node)).toEqual([{ x: 1 }])
      const [message] = node.ephemerals
      const names = message?.path ?? []
      for (const [index, name] of names.slice(1).entries()) {
        const [one, other] = [names[index], name].map((text) => at(Number(text?.slice(4))))
        expect(one && other && network.areLinked(one, other)).toBe(true)
      }
      expect([names[0], names.at(-1)]).toEqual(['node0', `node${node.index}`])
      expect(node.core.entries()).toEqual([])
      expect(node.stored).toEqual([])
    }
    expect(network.digests()).toBe(1)
  })

  it('costs one envelope for each other node once its tree has formed, although no block of its author did [E2]', () => {
    const { network, nodes, at } = startCores(25, { topology: 'grid' })
    network.pass(1_000)
    network.publishEphemeral(at(7), 'first')
    network.pass(1_000)
    const sent = sentBy(network, () => {
      for (let count = 0; count < 20; count += 1) {
        network.publishEphemeral(at(7), count)
        network.pass(50)
      }
      network.pass(500)
    })
    expect(sent).toBeLessThan(1.1 * 20 * 24)
    expect(nodes.map(({ ephemerals }) => ephemerals.length)).toEqual(Array(25).fill(21))
  })

  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'never comes twice, whatever is lost or sent twice, and all come soon after the faults [E2] [E3]: seed %i',
    (seed) => {
      const random = createRandom(seed, 'ephemerals')
      const network = new CoreNetwork(seed, { ephemeralFloodMs: 1_000 })
      const nodes = Array.from({ length: 12 }, () => network.add())
      const at = (index: number): CoreNode => nodes[index % 12] as CoreNode
      for (const { dialler, upstream } of createTopology('random', 12, 0, network.random)) {
        network.link(at(dialler), at(upstream))
      }
      network.pass(1_000)
      const publishAll = (rounds: number, text: string): void => {
        for (let round = 0; round < rounds; round += 1) {
          for (const author of [0, 4, 8]) network.publishEphemeral(at(author), `${text} ${author} ${round}`)
          network.pass(randomBelow(random, 200))
        }
      }
      for (const node of nodes) {
        network.tampering.set(node.index, (envelope) =>
          envelope.type === 'ephemeral' && random() < 0.3 ? [envelope, envelope] : [envelope],
        )
      }
      network.loss = 0.2
      publishAll(40, 'faulty')
      for (const node of nodes) expect(new Set(bodies(node)).size).toBe(bodies(node).length)
      network.loss = 0
      // Now and then a message goes beside the tree, which closes its gaps.
      publishAll(40, 'healing')
      network.pass(2_000)
      for (const node of nodes) node.ephemerals.length = 0
      publishAll(20, 'calm')
      network.pass(2_000)
      for (const node of nodes) {
        expect(node.ephemerals).toHaveLength(60)
        expect(new Set(bodies(node)).size).toBe(60)
      }
      expect(network.cuts).toEqual({})
    },
  )

  it('reaches the nodes behind a broken link again within the time after which all neighbours get one [E2]', () => {
    const { network, nodes, at } = startCores(8, { topology: 'ring' })
    network.pass(1_000)
    const publish = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        network.publishEphemeral(at(0), index)
        network.pass(100)
      }
    }
    publish(10)
    network.cut(at(0), at(7))
    publish(60)
    network.pass(1_000)
    for (const node of nodes) node.ephemerals.length = 0
    publish(10)
    network.pass(1_000)
    expect(nodes.map(({ ephemerals }) => ephemerals.length)).toEqual(Array(8).fill(10))
  })

  it('that is forged is a strike, is not sent on and does not hide the true one [E1]', () => {
    const { network, at } = startCores(4, { topology: 'line' })
    network.pass(1_000)
    const hidden: Envelope[] = []
    network.tampering.set(1, (envelope) => {
      if (envelope.type !== 'ephemeral') return [envelope]
      hidden.push(envelope)
      const { message } = envelope
      return [{ ...envelope, message: { ...message, signature: new Uint8Array(64).fill(1) } }]
    })
    network.publishEphemeral(at(0), 'true')
    network.pass(1_000)
    expect([at(1), at(2), at(3)].map(bodies)).toEqual([['true'], [], []])
    expect(at(1).refused).toEqual({ 'bad-signature': 1 })
    for (const envelope of hidden) network.inject(at(1), at(2), envelope)
    network.pass(1_000)
    expect([at(2), at(3)].map(bodies)).toEqual([['true'], ['true']])
    for (const envelope of hidden) {
      if (envelope.type !== 'ephemeral') continue
      const path = [nameOf('node3')]
      network.inject(at(1), at(2), { ...envelope, message: { ...envelope.message, path } })
    }
    expect(at(1).refused).toEqual({ 'bad-signature': 1, 'bad-path': 1 })
  })

  it('of an author that was started again comes at once, and none of an earlier page load comes any more [E3]', () => {
    const { network, at } = startCores(3, { topology: 'line' })
    network.pass(1_000)
    let recorded: Parameters<typeof network.inject>[2] | undefined
    network.tampering.set(1, (envelope) => {
      if (envelope.type === 'ephemeral') recorded ??= envelope
      return [envelope]
    })
    for (let count = 0; count < 5; count += 1) network.publishEphemeral(at(0), `old ${count}`)
    network.pass(1_000)
    network.kill(at(0))
    network.start(at(0), true)
    network.link(at(0), at(1))
    network.pass(1_000)
    network.publishEphemeral(at(0), 'new')
    network.pass(1_000)
    expect(bodies(at(2)).slice(5)).toEqual(['new'])
    network.tampering.delete(1)
    if (recorded) network.inject(at(1), at(2), recorded)
    expect(at(2).ephemerals).toHaveLength(6)
    expect(network.drops['old-ephemeral']).toBe(1)
  })
})
