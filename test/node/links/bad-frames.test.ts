import { describe, expect, it } from 'vitest'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import type { Link, LinkEvents, LinkId } from '../../../client/gossip/wire/link.ts'
import { encodeFrame } from '../../../client/gossip/codec/codec.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { startLine } from '../../simulation/network/memory-network.ts'
import { alice, by, Chain, drops, greeting, mallory, mallorysKey, push } from '../hostile-neighbour.ts'

/** A link whose events the test makes itself, greeted. */
const start = async () => {
  const { clock, nodes } = await startLine(['victim', 'bystander'])
  const [victim, bystander] = nodes
  let heard: LinkEvents | undefined
  const link: Link = {
    id: 900 as LinkId,
    peerId: mallorysKey,
    name: mallory,
    direction: 'downstream',
    isDrained: true,
    listen: (events) => {
      heard = events
    },
    send: () => true,
    close: () => {},
  }
  victim.events.linked(link)
  if (!heard) throw new Error('nobody listens')
  const events = heard
  events.frame(encodeFrame(greeting))
  await clock.pass(50)
  return { clock, victim, bystander, events }
}

describe('[P6] a neighbour', () => {
  it('is cut off and banned after three frames that are too large or texts', async () => {
    const { victim, events } = await start()
    events.badFrame('oversized-frame', 70_000)
    events.badFrame('text-frame', 4)
    expect(victim.closed).toEqual([])
    events.badFrame('oversized-frame', 70_000)
    expect(victim.closed.map(({ reason }) => reason)).toEqual(['misbehaved'])
    expect(drops(victim)).toEqual({ 'oversized-frame': 2, 'text-frame': 1 })
  })

  it('loses the frames that exceed its inbox, without delay for others and without a strike', async () => {
    const { clock, victim, bystander, events } = await start()
    const heartbeat = {
      type: 'heartbeat',
      echo: 0,
      heldMs: 0,
      digest: 'abc',
      changes: 1,
      retention: 'abc',
      ask: false,
    } as const
    // Its signature is checked while the other frames come.
    events.frame(push(by(await new Chain().next(), alice)))
    const sent = gossipLimits.inboxFrames + 1_000
    for (let count = 1; count <= sent; count += 1) events.frame(encodeFrame({ ...heartbeat, count } satisfies Envelope))
    expect(drops(victim)['inbox-full']).toBeGreaterThan(900)
    await bystander.node.publish('still here')
    await clock.pass(20)
    expect(victim.node.entries().map(({ body }) => body)).toEqual(['height 1', 'still here'])
    await clock.pass(1_000)
    expect(victim.node.links().find(({ peer }) => peer === 'mallory')?.state).toBe('up')
  })
})
