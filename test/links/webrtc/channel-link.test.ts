import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { ChannelLink } from '../../../client/links/webrtc/channel-link.ts'
import type { GossipChannelEvents } from '../../../client/links/webrtc/gossip-channel.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { nameOf } from '../network-node.ts'

const open = () => {
  const clock = new VirtualClock()
  const heard: unknown[] = []
  let channel: GossipChannelEvents | undefined
  const link = new ChannelLink({
    id: 1 as LinkId,
    peerId: fakePeerId(1),
    name: nameOf('node2'),
    direction: 'upstream',
    after: (delayMs, action) => clock.after(delayMs, action),
    destroy: () => {},
    channel: {
      bufferedBytes: 0,
      listen: (events) => {
        channel = events
      },
      send: () => {},
      close: () => {},
    },
  })
  if (!channel) throw new Error('the link does not listen')
  link.listen({
    frame: ({ length }) => heard.push(length),
    badFrame: (reason) => heard.push(reason),
    drained: () => {},
    end: (end) => heard.push(end),
  })
  return { clock, link, heard, channel }
}

describe('[P6] a link over a gossip channel', () => {
  it('hands over frames up to the limit, and reports other messages', () => {
    const { channel, heard } = open()
    const { maxFrameBytes } = gossipLimits
    for (const length of [0, maxFrameBytes, maxFrameBytes + 1]) channel.message(new Uint8Array(length))
    channel.message('a text')
    expect(heard).toEqual([0, maxFrameBytes, 'oversized-frame', 'text-frame'])
  })

  it('hands over nothing after its end', () => {
    const { link, channel, heard } = open()
    link.close()
    channel.message(new Uint8Array(1))
    channel.message('a text')
    channel.closed(false)
    expect(heard).toEqual(['closed-here'])
  })
})

describe('the end of a link', () => {
  it('comes after the last frame, which comes after all frames of the channel', () => {
    const { link, channel, heard } = open()
    link.receiveLast(new Uint8Array(3))
    channel.message(new Uint8Array(1))
    channel.closed(true)
    expect(heard).toEqual([1, 3, 'aborted-there'])
  })

  it('comes without a close of the channel too, once the connection has ended', async () => {
    const { clock, link, channel, heard } = open()
    link.connectionEnded('lost')
    await clock.pass(networkLimits.channelClosesWithinMs - 1)
    channel.message(new Uint8Array(1))
    expect(heard).toEqual([1])
    await clock.pass(1)
    channel.closed(false)
    expect(heard).toEqual([1, 'lost'])
  })
})
