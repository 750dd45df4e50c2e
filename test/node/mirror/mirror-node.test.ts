import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import type { NodeEvents } from '../../../client/node/api/grapevine.ts'
import { MemoryNetwork } from '../../simulation/network/memory-network.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { createRandom } from '../../../client/node/faults/random.ts'
import { type MirroredNode, startMirrored } from './mirrored-node.ts'

const setUp = async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const alice = await network.start('alice')
  const bob = await startMirrored(network, clock, 'bob')
  const carol = await network.start('carol')
  return { clock, network, alice, bob, carol }
}

/** What a node and its mirror answer alike when nothing changes. Copied: the mirror's values are copies. */
const answers = (node: MirroredNode['node'] | MirroredNode['mirror']) =>
  structuredClone({
    peerId: node.peerId,
    entries: node.entries(),
    routes: node.entries().map((entry) => node.route(entry)),
    links: node.links(),
    network: node.network().nodes.map(({ heardAgoMs: _heardAgoMs, ...known }) => known),
    digest: node.digest(),
    stats: node.stats(),
    state: node.state(),
    sync: node.sync(),
    forks: node.forks(),
    distrustedBy: node.distrustedBy(),
    asked: node.entries().map((entry) => node.receipts(entry).isAsked),
    receipts: node
      .entries()
      .filter((entry) => node.receipts(entry).isAsked)
      .map((entry) => node.receipts(entry)),
  })

const recordEvents = (node: MirroredNode['node'] | MirroredNode['mirror']): Record<string, unknown[]> => {
  const seen: Record<string, unknown[]> = {}
  const types: (keyof NodeEvents)[] = [
    'entry',
    'ephemeral',
    'direct',
    'sync',
    'fork',
    'distrust',
    'drop',
    'evicted',
    'link',
  ]
  for (const type of types) node.on(type, (event) => (seen[type] ??= []).push(event))
  return seen
}

describe('the mirror of a node', () => {
  it.each(Array.from({ length: 6 }, (_, index) => index + 1))(
    'answers as the node does, and repeats its events; seed %i',
    async (seed) => {
      const random = createRandom(seed, 'mirror')
      const { clock, network, alice, bob, carol } = await setUp()
      const [atNode, atMirror] = [recordEvents(bob.node), recordEvents(bob.mirror)]
      let link = network.link(bob, alice)
      network.link(carol, bob)
      for (let step = 0; step < 40; step += 1) {
        await clock.pass(Math.floor(random() * 400))
        const publisher = [alice.node, bob.mirror, carol.node][Math.floor(random() * 3)]
        const count = random() < 0.2 ? 60 : 1
        for (let each = 0; each < count; each += 1) void publisher?.publish({ step, each })
        if (random() < 0.2) void bob.mirror.publish(new Uint8Array([step]))
        if (random() < 0.5) void publisher?.publish({ step }, { ephemeral: true, topic: 'steps' })
        // Without a link it is refused.
        if (random() < 0.3) void alice.node.send(bob.peerId, { step }).catch(() => {})
        const entries = bob.mirror.entries()
        const asked = entries[Math.floor(random() * entries.length)]
        if (random() < 0.3 && asked) bob.mirror.askReceipts(asked)
        if (random() < 0.1) {
          link.toUpstream.close()
          await clock.pass(Math.floor(random() * 3_000))
          link = network.link(bob, alice)
        }
      }
      await clock.pass(20_000)
      expect(bob.mirror.entries().length).toBeGreaterThan(40)
      expect(answers(bob.mirror)).toEqual(answers(bob.node))
      expect(structuredClone(atMirror)).toEqual(structuredClone(atNode))
      for (const [index, { heardAgoMs }] of bob.mirror.network().nodes.entries()) {
        expect(Math.abs(heardAgoMs - (bob.node.network().nodes[index]?.heardAgoMs ?? 0))).toBeLessThanOrEqual(2)
      }
      const { envelopes, totals } = bob.mirror.wire()
      expect(envelopes.at(-1)?.id).toBeLessThanOrEqual(bob.node.stats().sent + bob.node.stats().received)
      const counted = [...totals.values()].reduce((sum, { count }) => sum + count, 0)
      expect(counted).toBe(bob.node.stats().sent + bob.node.stats().received)
    },
  )

  it('publishes, and rejects with the errors of the node', async () => {
    const { clock, bob } = await setUp()
    const published = bob.mirror.publish({ text: 'hello' })
    await clock.pass(100)
    expect(await published).toMatchObject({ author: 'bob', seq: 1, body: { text: 'hello' }, path: ['bob'] })
    expect(bob.mirror.entries()).toHaveLength(1)
    await expect(bob.mirror.publish(new Date(0) as never)).rejects.toThrow(TypeError)
    const tooLarge = expect(bob.mirror.publish('x'.repeat(20_000_000))).rejects.toThrow(RangeError)
    await clock.pass(100)
    await tooLarge
    const late = expect(bob.mirror.publish('late')).rejects.toMatchObject({ name: 'NodeError', reason: 'stopped' })
    await bob.mirror.stop()
    await late
    await expect(bob.mirror.publish('later')).rejects.toMatchObject({ reason: 'stopped' })
    expect(bob.mirror.state()).toEqual({ status: 'error', reason: 'stopped' })
    expect(bob.mirror.links()).toEqual([])
  })

  it('stops once, although a listener stops it again', async () => {
    const { bob } = await setUp()
    const states: unknown[] = []
    bob.mirror.on('state', (state) => {
      states.push(state)
      void bob.mirror.stop()
    })
    await bob.mirror.stop()
    expect(states).toEqual([{ status: 'error', reason: 'stopped' }])
  })

  it('gets all entries again if it holds others than the node', async () => {
    const { clock, bob } = await setUp()
    const seen = recordEvents(bob.mirror)
    void bob.mirror.publish('one')
    await clock.pass(100)
    bob.tamper = (batch) => ({ ...batch, changes: batch.changes.filter(({ type }) => type !== 'entry') })
    void bob.mirror.publish('lost on the way')
    await clock.pass(2)
    // Published while the page reads: it keeps its event.
    void bob.node.publish('three')
    bob.tamper = (batch) => batch
    await clock.pass(100)
    expect(answers(bob.mirror)).toEqual(answers(bob.node))
    expect(bob.mirror.entries()).toHaveLength(3)
    expect(seen['entry']?.map((entry) => (entry as Entry).body)).toEqual(['one', 'three'])
  })

  it('repeats an entry to a listener once, although another event of its batch added the listener', async () => {
    const { clock, bob } = await setUp()
    const seen: unknown[] = []
    bob.mirror.on('drop', () => {
      seen.push(...bob.mirror.entries().map(({ body }) => body))
      bob.mirror.on('entry', ({ body }) => seen.push(body))
    })
    void bob.node.publish('one')
    await clock.pass(0)
    bob.events.dropped('noise', 'mallory')
    void bob.node.publish('two')
    await clock.pass(100)
    expect(seen).toEqual(['one', 'two'])
  })

  it('[P6] bounds what waits while its page is busy for long, and shows the result afterwards', async () => {
    const { clock, network, alice, bob } = await setUp()
    network.link(bob, alice)
    await clock.pass(1_000)
    const seen = recordEvents(bob.mirror)
    const release = bob.hold()
    void bob.mirror.publish('published meanwhile')
    await clock.pass(100)
    for (let count = 0; count < 100_000; count += 1) bob.events.dropped('noise', 'mallory')
    await clock.pass(1_000)
    release()
    await clock.pass(2_000)
    const sent = bob.batches.flatMap(({ changes }) => changes)
    expect(sent.length).toBeLessThan(50_000)
    expect(seen['drop']).toContainEqual({ reason: 'page-busy' })
    expect(answers(bob.mirror)).toEqual(answers(bob.node))
    expect(bob.mirror.stats().drops['noise']).toBe(100_000)
    expect(bob.mirror.entries()).toHaveLength(1)
  })

  it('[P6] costs no more than the changes while its page is busy, and catches up afterwards', async () => {
    const { clock, network, alice, bob } = await setUp()
    network.link(bob, alice)
    await clock.pass(1_000)
    const release = bob.hold()
    const before = bob.batches.length
    for (let count = 0; count < 2_000; count += 1) void alice.node.publish('x'.repeat(2_000))
    await clock.pass(30_000)
    expect(bob.batches.length - before).toBe(1)
    release()
    await clock.pass(5_000)
    expect(answers(bob.mirror)).toEqual(answers(bob.node))
    const late = bob.batches.slice(before + 1)
    for (const { changes, envelopes } of late) {
      expect(changes.length).toBeLessThanOrEqual(250)
      expect(envelopes.length).toBeLessThanOrEqual(500)
      const bytes = envelopes.reduce((sum, { envelope }) => sum + envelope.bytes, 0)
      expect(bytes).toBeLessThanOrEqual(1_048_576)
    }
    const counted = [...bob.mirror.wire().totals.values()].reduce((sum, { count }) => sum + count, 0)
    expect(counted).toBe(bob.node.stats().sent + bob.node.stats().received)
  })
})
