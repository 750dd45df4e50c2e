import type { LinkId } from '../client/gossip/link.ts'
import { parseNodeName } from '../client/gossip/node-name.ts'
import { parsePeerId } from '../client/gossip/peer-id.ts'
import { describeLink } from './link-contract.ts'
import { type MemoryEnd, createMemoryLinks } from './memory-link.ts'

const endOf = (text: string, key: string, id: number): MemoryEnd => {
  const name = parseNodeName(text)
  const peerId = parsePeerId(key.repeat(42) + 'A')
  if (!name || !peerId) throw new Error('not a name or PeerId')
  return { name, peerId, id: id as LinkId }
}

describeLink('memory', async () => {
  const { toUpstream, toDialler } = createMemoryLinks(endOf('near', 'A', 1), endOf('far', 'B', 2), {
    deliver: (action) => setTimeout(action, 0),
    windowBytes: 1_048_576,
  })
  return { near: toUpstream, far: toDialler }
})
