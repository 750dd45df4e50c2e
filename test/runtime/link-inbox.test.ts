import { describe, expect, it } from 'vitest'
import { blockFields } from '../../client/gossip/block.ts'
import type { Envelope } from '../../client/gossip/envelope.ts'
import type { LinkId } from '../../client/gossip/link.ts'
import type { GossipEvent } from '../../client/gossip/node.ts'
import { encodeFrame, encodeValue } from '../../client/runtime/frame-codec.ts'
import { inboxLimits, LinkInbox } from '../../client/runtime/link-inbox.ts'
import { nameOf } from '../network/network-node.ts'
import { fakePeerId } from '../simulation/fake-signatures.ts'

const push = (height: number): Uint8Array<ArrayBuffer> =>
  encodeFrame({
    type: 'push',
    blocks: [
      {
        bytes: encodeValue(
          blockFields({
            author: fakePeerId(1),
            name: nameOf('alice'),
            epoch: '1-0000000000000001',
            height,
            firstSeq: height,
            prev: height === 1 ? '' : 'A'.repeat(43),
            entries: [{ time: 0, body: height }],
          }),
        ),
        signature: new Uint8Array(64),
        hops: [],
        heldMs: 0,
        ownTree: true,
      },
    ],
  })

const heartbeat: Envelope = { type: 'heartbeat', count: 7, echo: 0, heldMs: 0, digest: 'abc', ask: false }

const open = (limits = inboxLimits) => {
  const events: GossipEvent[] = []
  const verdicts: ((isProven: boolean) => void)[] = []
  const inbox = new LinkInbox({
    link: 1 as LinkId,
    verify: () => new Promise((resolve) => verdicts.push(resolve)),
    limits,
    holds: () => false,
    noticeRefusal: () => undefined,
    emit: (event) => events.push(event),
  })
  const decide = async (): Promise<void> => {
    verdicts.shift()?.(true)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { inbox, events, decide }
}

describe('an inbox', () => {
  it('hands frames over one after the other, though the first takes longest to verify', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(encodeFrame(heartbeat))
    expect(events).toEqual([])
    await decide()
    expect(events.map(({ type }) => type)).toEqual(['block', 'envelope'])
  })

  it('ends behind the frames that came before the end, so that a bye is not lost [P8]', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(push(2))
    inbox.add(encodeFrame({ type: 'bye' }))
    inbox.finish(() => void events.push({ type: 'tick' }))
    await decide()
    await decide()
    expect(events.map(({ type }) => type)).toEqual(['block', 'block', 'envelope', 'tick'])
  })

  it('ends at once if nothing waits', () => {
    const { inbox, events } = open()
    inbox.finish(() => void events.push({ type: 'tick' }))
    expect(events).toHaveLength(1)
  })

  it('forgets what waits once it is closed', async () => {
    const { inbox, events, decide } = open()
    inbox.add(push(1))
    inbox.add(push(2))
    inbox.close()
    await decide()
    expect(events).toEqual([])
  })

  it('[P6] holds so many frames and bytes', () => {
    const few = open({ frames: 2, bytes: 1e9 })
    expect([1, 2, 3, 4].map((height) => few.inbox.add(push(height)))).toEqual([true, true, true, false])
    const small = open({ frames: 100, bytes: push(3).length })
    expect([2, 3, 4].map((height) => small.inbox.add(push(height)))).toEqual([true, true, false])
  })
})
