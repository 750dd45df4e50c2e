import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { CoreNetwork } from '../core-network.ts'
import { carriedBlock } from '../fake-signing.ts'

const { requestAgainMs, graftAfterMs } = gossipLimits
const blocks = 500

/** `honest` holds a log of which `victim` has nothing. `mallory` announces the log to `victim` first. */
const start = (claimed: number) => {
  const network = new CoreNetwork(1)
  const [victim, mallory, honest] = [network.add(), network.add(), network.add()]
  const chain = Array.from({ length: blocks }, (_, index) => network.publish(honest, `text ${index}`))
  const [first] = chain
  if (!first) throw new Error('no block')
  const log = logIdOf(first)
  network.link(victim, mallory)
  network.pass(1_000)
  const send = (envelope: Envelope): void => network.inject(mallory, victim, envelope)
  const claim = (height: number): void =>
    send({
      type: 'frontier',
      entries: [{ log, height, hash: 'x', idleMs: 0, forkHeight: 0, oldest: 1 }],
      base: 0,
      changes: 1,
      seen: 0,
      isAnswer: true,
    })
  claim(claimed)
  network.link(victim, honest)
  /** From the claim until the victim has everything. */
  const msUntilDelivered = (): number => network.passUntil(() => victim.delivered.length >= blocks)
  return { network, chain, send, claim, msUntilDelivered }
}

/** One round trip for each 64 KiB, and one for the first request. */
const transferMs = 2_000

describe('[P1] [P6] [S2] a neighbour that reports to hold a log, and does not deliver,', () => {
  it.each([
    ['as many blocks as exist', blocks],
    ['more blocks than anybody holds', 1_000_000],
  ])('delays the other holders once, and no longer than a request takes: %s', (_what, claimed) => {
    const { msUntilDelivered } = start(claimed)
    expect(msUntilDelivered()).toBeLessThan(requestAgainMs + transferMs)
  })

  it('gains nothing if it claims more and more', () => {
    const { network, claim, msUntilDelivered } = start(blocks)
    for (let count = 1; count <= 300; count += 1) network.after(100 * count, () => claim(blocks + count))
    expect(msUntilDelivered()).toBeLessThan(requestAgainMs + transferMs)
  })

  it('is asked once if it answers that there is more, and sends no block', () => {
    const network = new CoreNetwork(1)
    const [victim, mallory, other] = [network.add(), network.add(), network.add()]
    const heads = [{ log: logIdOf(network.publish(other, 'unheard')), height: 7 }]
    let requests = 0
    network.reaches = (_from, to, type) => {
      if (to !== mallory.index || type !== 'iwant') return true
      requests += 1
      const answer = { type: 'blocks', blocks: [], more: true } as const
      network.after(2 * network.latencyMs, () => network.inject(mallory, victim, answer))
      return false
    }
    network.link(victim, mallory)
    network.pass(1_000)
    network.inject(mallory, victim, { type: 'ihave', heads })
    network.pass(60_000)
    expect(requests).toBe(1)
  })

  it('gains nothing if it sends one block a second', () => {
    const { network, chain, send, msUntilDelivered } = start(blocks)
    for (const [index, block] of chain.slice(0, 30).entries()) {
      const answer = { type: 'blocks', blocks: [carriedBlock(block)], more: index % 2 === 0 } as const
      network.after(1_000 * (index + 1), () => send(answer))
    }
    expect(msUntilDelivered()).toBeLessThan(requestAgainMs + transferMs)
  })

  it('leaves nothing behind: the log is forgotten after one request, until a neighbour announces it again', () => {
    const network = new CoreNetwork(1)
    const [victim, mallory, other] = [network.add(), network.add(), network.add()]
    const heads = [{ log: logIdOf(network.publish(other, 'unheard')), height: 7 }]
    network.link(victim, mallory)
    network.pass(1_000)
    network.inject(mallory, victim, { type: 'ihave', heads })
    expect(victim.core.wanted).toBe(1)
    network.pass(graftAfterMs + requestAgainMs)
    expect(victim.core.wanted).toBe(0)
    const asked = network.sent['iwant'] ?? 0
    network.pass(60_000)
    expect(network.sent['iwant']).toBe(asked)
    network.link(victim, other)
    network.pass(1_000)
    expect(victim.delivered.map(({ body }) => body)).toEqual(['unheard'])
  })
})
