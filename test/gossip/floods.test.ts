import { describe, expect, it } from 'vitest'
import { CoreNetwork } from './core-network.ts'
import { bodiesOf } from './start-cores.ts'

/** Entries of another author before the flood. */
const before = 64
/** Enough for the honest authors, and soon full of the flood's blocks. */
const maxBlocks = 400

describe('[P6] an author that floods at line rate', () => {
  it.each(['through a link of its own', 'through an honest relay'] as const)(
    'evicts no last blocks of other authors and delays no other delivery, %s',
    (how) => {
      const network = new CoreNetwork(1, { maxBlocks })
      const [victim, mallory, alice, bob] = [network.add(), network.add(), network.add(), network.add()]
      const relay = how === 'through an honest relay' ? network.add() : victim
      for (const author of [mallory, alice, bob]) network.link(author, relay)
      if (relay !== victim) network.link(relay, victim)
      network.pass(1_000)
      for (let count = 1; count <= before; count += 1) network.publish(alice, `before ${count}`)
      network.pass(1_000)

      const hops = relay === victim ? 1 : 2
      const late: string[] = []
      for (let second = 1; second <= 3; second += 1) {
        // One block every four milliseconds, each in its own push.
        for (let ms = 0; ms < 1_000; ms += 4) network.after(ms, () => void network.publish(mallory, 'flood'))
        network.pass(500)
        for (const author of [alice, bob]) network.publish(author, `during ${second}`)
        network.pass(hops * network.latencyMs)
        for (const author of [alice, bob]) {
          if (bodiesOf(victim, author).at(-1) !== `during ${second}`) late.push(`${author.index} in second ${second}`)
        }
        network.pass(500 - hops * network.latencyMs)
      }
      expect(late).toEqual([])
      for (const node of [victim, relay]) {
        expect(bodiesOf(node, alice)).toHaveLength(before + 3)
        expect(bodiesOf(node, bob)).toHaveLength(3)
        expect(bodiesOf(node, mallory)).toHaveLength(maxBlocks - before - 6)
      }
    },
  )

  it('gets one turn among the logs that a late joiner requests, however long its own log is', () => {
    const network = new CoreNetwork(1)
    const [mallory, relay, alice, late] = [network.add(), network.add(), network.add(), network.add()]
    for (const author of [mallory, alice]) network.link(author, relay)
    network.pass(1_000)
    for (let count = 0; count < 2_500; count += 1) network.publish(mallory, 'flood')
    network.pass(1_000)
    network.publish(alice, 'one word')
    network.pass(1_000)
    network.link(late, relay)
    network.passUntil(() => bodiesOf(late, alice).length > 0)
    // One answer holds some hundreds of the flood's blocks.
    expect(bodiesOf(late, mallory).length).toBeLessThan(1_500)
    network.pass(10_000)
    expect(bodiesOf(late, mallory)).toHaveLength(2_500)
  })
})
