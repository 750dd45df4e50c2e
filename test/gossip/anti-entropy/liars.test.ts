import { describe, expect, it } from 'vitest'
import { type LogId, logIdOf } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { type Lie, startLiars } from './liars.ts'

const length = 30
const lies: readonly Lie[] = ['silent', 'more', 'drips']
/** Promise: what an honest neighbour holds comes in this time after its link is up. */
const withinMs = 4_000

describe('[P1] [P6] [S2] what an honest neighbour holds comes within 4 s', () => {
  const cases = lies.flatMap((lie) => [
    [lie, 1, 0],
    [lie, 10, 10],
    [lie, 0, 31],
    [lie, 31, 31],
  ]) as [Lie, number, number][]

  it.each(cases)('beside liars (%s) of which %i are linked before it and %i after it', (lie, before, after) => {
    const { network, victim, honest, liars } = startLiars(length)
    for (let count = 0; count < before; count += 1) liars.add(victim, lie)
    network.pass(before > 0 ? 2_500 : 0)
    // The liars of a second group are linked at the same time as the honest node, half of them just before it.
    for (let count = 0; count < after; count += 2) liars.add(victim, lie)
    network.link(victim, honest)
    for (let count = 1; count < after; count += 2) liars.add(victim, lie)
    const tookMs = network.passUntil(() => victim.delivered.length >= 3 * length)
    expect(tookMs).toBeLessThanOrEqual(withinMs)
    // Live entries are not held up either.
    network.publish(honest, 'live')
    expect(network.passUntil(() => victim.delivered.length > 3 * length)).toBeLessThanOrEqual(withinMs)
  })

  it('while a liar of its logs sends valid blocks of other logs at full speed', () => {
    const { network, victim, honest, liars } = startLiars(length)
    const mallory = liars.add(victim, 'silent')
    for (let count = 0; count < 400; count += 1) {
      network.after(100 + 20 * count, () => void network.publish(mallory, `flood ${count}`))
    }
    network.pass(3_000)
    network.link(victim, honest)
    const logs = new Set(liars.chains.map(([block]) => block && logIdOf(block)))
    const came = (): number =>
      victim.delivered.filter(({ peerId, epoch }) => [...logs].some((log) => log === `${peerId}/${epoch}`)).length
    expect(network.passUntil(() => came() >= 3 * length)).toBeLessThanOrEqual(withinMs)
  })

  it('while liars fill the list of wanted logs with logs that do not exist', () => {
    const limits = { maxLogs: 256, namedLogsBurst: 64, namedLogsPerSecond: 4 }
    const { network, victim, honest } = startLiars(length, limits)
    const liars = Array.from({ length: 8 }, () => network.add())
    for (const liar of liars) network.link(victim, liar)
    network.pass(60)
    let invented = 0
    for (let second = 0; second < 20; second += 1) {
      for (const liar of liars) {
        const heads = Array.from({ length: second === 0 ? 64 : 4 }, () => {
          invented += 1
          return { log: `${liar.peerId}/1-${invented.toString(16).padStart(16, '0')}` as LogId, height: 1 }
        })
        network.after(1_000 * second, () => network.inject(liar, victim, { type: 'ihave', heads }))
      }
    }
    network.pass(10)
    expect(victim.core.wanted).toBe(limits.maxLogs)
    network.link(victim, honest)
    const tookMs = network.passUntil(() => victim.delivered.length >= 3 * length)
    expect(tookMs).toBeLessThanOrEqual(withinMs)
  })
})

describe('[P6] [S6] a neighbour that reports more and more and never delivers', () => {
  it.each<Lie>(['silent', 'more'])('is cut with this reason (%s), and asked little until then', (lie) => {
    const { network, victim, liars } = startLiars(length)
    const mallory = liars.add(victim, lie)
    const tookMs = network.passUntil(() => !network.areLinked(victim, mallory))
    expect(network.cuts).toEqual({ 'unkept-promise': 1 })
    expect(tookMs).toBeGreaterThanOrEqual(gossipLimits.unkeptPromises * gossipLimits.requestAgainMs)
    expect(tookMs).toBeLessThan(30_000)
    expect(liars.requests).toBeLessThanOrEqual(20)
  })

  it('is cut also if an honest neighbour holds the same logs', () => {
    const { network, victim, honest, liars } = startLiars(length)
    const mallory = liars.add(victim, 'silent')
    network.link(victim, honest)
    network.pass(30_000)
    expect([network.areLinked(victim, mallory), network.areLinked(victim, honest)]).toEqual([false, true])
  })

  it('is cut later, asked as little, if it echoes no heartbeat', () => {
    const { network, victim, liars } = startLiars(length)
    const mallory = liars.add(victim, 'silent')
    network.tampering.set(mallory.index, (envelope) => [
      envelope.type === 'heartbeat' ? { ...envelope, echo: 0 } : envelope,
    ])
    const tookMs = network.passUntil(() => !network.areLinked(victim, mallory), 100, 300_000)
    expect(network.cuts).toEqual({ 'unkept-promise': 1 })
    expect(tookMs).toBeLessThan(gossipLimits.unkeptPromises * (gossipLimits.unechoedMs + gossipLimits.requestAgainMs))
  })

  it('is not cut if it reported once: what it reported is forgotten', () => {
    const { network, victim, liars } = startLiars(length)
    const mallory = liars.add(victim, 'silent', false)
    network.pass(30_000)
    expect(network.areLinked(victim, mallory)).toBe(true)
    expect(victim.core.wanted).toBe(0)
  })
})
