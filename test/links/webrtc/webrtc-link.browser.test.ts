import { expect } from 'vitest'
import { describeLink } from '../../link-contract.ts'
import { MemorySignalling } from '../memory-signalling.ts'
import { startNode } from '../started-node.ts'

describeLink('WebRTC', async () => {
  const server = new MemorySignalling()
  const far = await startNode(server, 'far', [], { isListening: false })
  const near = await startNode(server, 'near', ['far'], { isListening: false })
  await expect.poll(() => near.links.size + far.links.size, { timeout: 5_000 }).toBe(2)
  const [nearLink] = near.links
  const [farLink] = far.links
  if (!nearLink || !farLink) throw new Error('no links')
  return { near: nearLink, far: farLink }
})
