import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { PeerConnection } from '../../../client/links/attempts/peer-connection.ts'
import { WebRtcLink } from '../../../client/links/webrtc/webrtc-link.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { nameOf } from '../network-node.ts'

const open = () => {
  const heard: unknown[] = []
  const connection = { listen: () => {}, destroy: () => {} } as unknown as PeerConnection
  const identity = { id: 1 as LinkId, peerId: fakePeerId(1), name: nameOf('node2'), direction: 'upstream' } as const
  const link = new WebRtcLink(connection, identity)
  link.listen({
    frame: ({ length }) => heard.push(length),
    badFrame: (reason) => heard.push(reason),
    drained: () => {},
    end: (end) => heard.push(end),
  })
  return { link, heard }
}

describe('[P6] a link over WebRTC', () => {
  it('hands over frames up to the limit, and reports other messages', () => {
    const { link, heard } = open()
    const { maxFrameBytes } = gossipLimits
    for (const length of [0, maxFrameBytes, maxFrameBytes + 1]) link.receive(new Uint8Array(length))
    link.receive('a text')
    expect(heard).toEqual([0, maxFrameBytes, 'oversized-frame', 'text-frame'])
  })

  it('hands over nothing after its end', () => {
    const { link, heard } = open()
    link.close()
    link.receive(new Uint8Array(1))
    link.receive('a text')
    expect(heard).toEqual(['closed-here'])
  })
})
