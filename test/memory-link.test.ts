import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../client/gossip/bounds/limits.ts'
import type { LinkEnd, LinkId } from '../client/gossip/wire/link.ts'
import { parseNodeName } from '../client/gossip/wire/node-name.ts'
import { parsePeerId } from '../client/gossip/wire/peer-id.ts'
import { describeLink } from './link-contract.ts'
import { type MemoryEnd, createMemoryLinks } from './memory-link.ts'

const endOf = (text: string, key: string, id: number): MemoryEnd => {
  const name = parseNodeName(text)
  const peerId = parsePeerId(key.repeat(42) + 'A')
  if (!name || !peerId) throw new Error('not a name or PeerId')
  return { name, peerId, id: id as LinkId }
}

const openPair = async () => {
  const { toUpstream, toDialler } = createMemoryLinks(endOf('near', 'A', 1), endOf('far', 'B', 2), {
    deliver: (action) => setTimeout(action, 0),
    windowBytes: 1_048_576,
  })
  return { near: toUpstream, far: toDialler }
}

describeLink('memory', openPair)

describe('a memory link', () => {
  it('aborts if it closes with too many unsent bytes, and loses its last frames', async () => {
    const { near, far } = await openPair()
    const ends: LinkEnd[] = []
    let frames = 0
    near.listen({ frame: () => {}, badFrame: () => {}, drained: () => {}, end: () => {} })
    far.listen({
      frame: () => void (frames += 1),
      badFrame: () => {},
      drained: () => {},
      end: (end) => void ends.push(end),
    })
    let sent = 0
    for (; near.send(new Uint8Array(gossipLimits.maxFrameBytes)); sent += 1) expect(sent).toBeLessThan(1_000)
    near.close()
    await expect.poll(() => ends).toEqual(['aborted-there'])
    expect(frames).toBeLessThan(sent)
  })
})
