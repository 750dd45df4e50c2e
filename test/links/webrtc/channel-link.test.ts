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
  it('comes after the last frames, which come after all frames of the channel, whichever part ends first', () => {
    for (const isChannelFirst of [true, false]) {
      const { link, channel, heard } = open()
      const endChannel = (): void => {
        channel.message(new Uint8Array(1))
        channel.closed(true)
      }
      const endConnection = (): void => {
        link.receiveLast(new Uint8Array(3))
        link.receiveLast(new Uint8Array(4))
        link.connectionEnded('closed-there')
      }
      if (isChannelFirst) endChannel()
      endConnection()
      if (!isChannelFirst) endChannel()
      expect(heard).toEqual([1, 3, 4, 'aborted-there'])
    }
  })

  it.each([
    ['the channel', 'aborted-there'],
    ['the connection', 'lost'],
  ] as const)('comes a little later if only %s ends', async (part, end) => {
    const { clock, link, channel, heard } = open()
    if (part === 'the channel') channel.closed(true)
    else link.connectionEnded('lost')
    await clock.pass(networkLimits.endsWithinMs - 1)
    expect(heard).toEqual([])
    await clock.pass(1)
    expect(heard).toEqual([end])
    channel.closed(false)
    link.connectionEnded('closed-there')
    expect(heard).toEqual([end])
  })
})
