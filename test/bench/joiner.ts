import { encodeBlock, parseBlock } from '../../client/gossip/codec/signed-block.ts'
import { GossipCore } from '../../client/gossip/core.ts'
import type { GossipEvent } from '../../client/gossip/effects/gossip-event.ts'
import type { VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { driveCore } from '../support/drive-core.ts'

const signature = new Uint8Array(64)
const link = 1 as LinkId

const createCore = (number: number): GossipCore =>
  new GossipCore({
    self: fakePeerId(number),
    name: nameOf(`node${number}`),
    epoch: '1-0000000000000001',
    random: () => 0.5,
  })

/** Consecutive blocks of one author, with one entry each. */
const createBlocks = (count: number): readonly VerifiedBlock[] => {
  const author = { author: fakePeerId(3), name: nameOf('node3'), epoch: '1-0000000000000001' }
  const blocks: VerifiedBlock[] = []
  for (let height = 1; height <= count; height += 1) {
    const prev = blocks.at(-1)?.hash ?? ''
    const entries = [{ time: 1_700_000_000_000 + height, body: `message ${height}` }]
    const bytes = encodeBlock({ ...author, height, firstSeq: height, prev, entries })
    blocks.push(parseBlock({ bytes, signature }) as VerifiedBlock)
  }
  return blocks
}

/** A core without blocks reads those of another one. Gives microseconds of its CPU time for each, signatures excluded. */
export const join = (count: number): number => {
  const [sender, joiner] = [createCore(1), createCore(2)]
  const hop = { name: nameOf('node3'), heldMs: 0, rttMs: 0 }
  for (const block of createBlocks(count)) sender.restore(block, [hop], 0, 0)
  const waiting: { readonly to: GossipCore; readonly event: GossipEvent }[] = []
  let now = 0
  let usedUs = 0
  const drive = (core: GossipCore, event: GossipEvent): void => {
    const other = core === sender ? joiner : sender
    const begin = core === joiner ? process.cpuUsage() : undefined
    driveCore(core, event, now, (effect) => {
      if (effect.type === 'send') waiting.push({ to: other, event: { type: 'frame', link, frame: effect.frame } })
      return effect.type === 'verify' ? { type: 'verified', ticket: effect.ticket, isValid: true } : undefined
    })
    const { user, system } = begin ? process.cpuUsage(begin) : { user: 0, system: 0 }
    usedUs += user + system
  }
  for (const [core, number] of [
    [sender, 2],
    [joiner, 1],
  ] as const) {
    const [peerId, name] = [fakePeerId(number), nameOf(`node${number}`)]
    drive(core, { type: 'link-up', neighbour: { link, peerId, name, direction: 'downstream' } })
  }
  while (joiner.entries().length < count) {
    const next = waiting.shift()
    if (next) drive(next.to, next.event)
    else {
      now = Math.max(now, Math.min(sender.nextWakeAt(), joiner.nextWakeAt()))
      for (const core of [sender, joiner]) drive(core, { type: 'tick' })
    }
  }
  return usedUs / count
}
