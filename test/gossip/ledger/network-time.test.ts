import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { CoreNetwork } from '../core-network.ts'
import { bodiesOf } from '../start-cores.ts'
import { carriedBlock } from '../fake-signing.ts'

const hour = 3_600_000

/** A log expires after a minute and is deleted after two. */
const ages = { logExpiresAfterMs: 60_000, logDeletedAfterMs: 120_000, ageReportedWithinMs: 60_000, ageEveryMs: 1_000 }

const start = (limits = {}) => {
  const network = new CoreNetwork(1, limits)
  const [alice, bob, carol] = [network.add(), network.add(), network.add()]
  return { network, alice, bob, carol }
}

describe('[R2] a log that is idle', () => {
  it('in a network leaves frontier and digest, is accepted no longer, and is deleted', () => {
    const { network, alice, bob, carol } = start(ages)
    network.link(alice, bob)
    network.publish(alice, 'old')
    network.pass(59_000)
    expect(network.digests()).toBe(2)
    network.pass(3_000)
    expect(network.digests()).toBe(1)
    network.link(carol, alice)
    network.pass(3_000)
    expect(bodiesOf(carol)).toEqual([])
    expect(bodiesOf(alice)).toEqual(['old'])
    network.pass(60_000)
    expect([bodiesOf(alice), bodiesOf(bob)]).toEqual([[], []])
    expect(network.digests()).toBe(1)
  })

  it('does not age while its node is alone or closed, and is sent to the first neighbour', () => {
    const { network, alice, bob } = start(ages)
    network.publish(alice, 'kept')
    network.pass(10 * hour)
    network.kill(alice)
    network.pass(10 * hour)
    network.start(alice, true)
    network.pass(10 * hour)
    network.link(alice, bob)
    network.pass(2_000)
    expect([bodiesOf(alice), bodiesOf(bob)]).toEqual([['kept'], ['kept']])
    expect(network.digests()).toBe(2)
  })

  it('does not age while its node stands still', () => {
    const { network, alice, bob } = start(ages)
    network.publish(alice, 'kept')
    network.link(alice, bob)
    network.pass(1_000)
    const digest = alice.core.digest()
    network.now += 10 * hour
    network.pass(5_000)
    expect(alice.core.digest()).toBe(digest)
    expect(bob.core.digest()).toBe(digest)
  })

  it('ages during all page loads of a node together', () => {
    const { network, alice, bob } = start(ages)
    network.publish(alice, 'old')
    const empty = bob.core.digest()
    for (let load = 0; load < 4; load += 1) {
      network.link(alice, bob)
      network.pass(16_000)
      network.kill(alice)
      network.kill(bob)
      network.start(alice, true)
      network.start(bob, true)
    }
    expect([bodiesOf(alice), bodiesOf(bob)]).toEqual([['old'], ['old']])
    // The ages are checked for the first time when this link comes up.
    network.link(alice, bob)
    expect([alice.core.digest(), bob.core.digest()]).toEqual([empty, empty])
  })

  it('is not deleted after a reload before honest neighbours report its age, although a relay lied about it', () => {
    const { network, alice: honest, bob: mallory, carol: victim } = start()
    network.link(victim, mallory)
    network.pass(1_000)
    const block = network.publish(honest, 'fresh')
    const old = carriedBlock(block, [{ name: block.name, heldMs: 1_000_000_000, rttMs: 0 }])
    network.inject(mallory, victim, { type: 'push', blocks: [old] })
    network.link(victim, honest)
    network.pass(2 * hour)
    network.kill(victim)
    network.start(victim, true)
    network.link(victim, mallory)
    network.pass(hour / 2)
    network.link(victim, honest)
    network.pass(2 * hour)
    expect(bodiesOf(victim)).toEqual(['fresh'])
    expect(victim.delivered).toEqual([])
    expect(victim.core.digest()).toBe(honest.core.digest())
  })

  it('is as young as the age that a neighbour reports for an earlier block, and gets its missing blocks', () => {
    const { network, alice, bob, carol } = start({ ...ages, logDeletedAfterMs: hour })
    network.link(alice, bob)
    network.link(alice, carol)
    network.publish(alice, 'one')
    network.pass(1_000)
    network.kill(bob)
    network.publish(alice, 'two')
    network.pass(70_000)
    network.start(bob, true)
    network.link(bob, carol)
    network.pass(5_000)
    expect(bodiesOf(bob)).toEqual(['one', 'two'])
  })

  it('counts at most an hour of a long wait without neighbours, so that others accept it', () => {
    const { network, alice, bob, carol } = start()
    const log = logIdOf(network.publish(alice, 'waited'))
    network.pass(80 * hour)
    network.link(alice, bob)
    network.pass(500)
    network.link(bob, carol)
    network.pass(500)
    expect(network.digests()).toBe(1)
    const [first] = carol.core.find(log, 1)?.hops ?? []
    expect(first?.heldMs).toBeGreaterThanOrEqual(hour)
    expect(first?.heldMs).toBeLessThan(hour + 1_000)
    const { maxCountedWaitMs, maxPathNames, logExpiresAfterMs } = gossipLimits
    expect((maxPathNames - 1) * maxCountedWaitMs).toBeLessThan(logExpiresAfterMs)
  })
})
