import { Session } from 'node:inspector/promises'
import { expect, it } from 'vitest'
import { GossipCore } from '../../client/gossip/core.ts'
import type { GossipEffect } from '../../client/gossip/effects/gossip-effect.ts'
import { encodeFrame, wireCodec } from '../../client/gossip/codec/codec.ts'
import { type Envelope, protocolVersion } from '../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../client/gossip/wire/link.ts'
import { logIdOf } from '../../client/gossip/wire/block.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

/** How often each function of the core is called while `run` runs, by V8's own count. */
const callsOfCore = async (run: () => void): Promise<ReadonlyMap<string, number>> => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await session.post('Profiler.takePreciseCoverage')
  run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const calls = new Map<string, number>()
  for (const { url, functions } of result) {
    const [, file] = url.split('/client/gossip/')
    if (file === undefined) continue
    for (const { functionName, ranges } of functions) {
      const name = `${file.replace(/\?.*/, '')} ${functionName}`
      const count = (calls.get(name) ?? 0) + (ranges[0]?.count ?? 0)
      if (count > 0) calls.set(name, count)
    }
  }
  return calls
}

const author = { author: fakePeerId(1), name: nameOf('node1'), epoch: '1-0000000000000001' }
const log = logIdOf(author)

/** The calls that a relay makes for one block that goes from its first neighbour to its second. All others are lazy. */
const callsOfOneRelayedBlock = async (neighbours: number): Promise<ReadonlyMap<string, number>> => {
  const core = new GossipCore({
    self: fakePeerId(999),
    name: nameOf('relay'),
    epoch: '1-0000000000000099',
    random: () => 0.5,
    limits: { denseLinks: neighbours },
  })
  let now = 0
  const handle = (event: Parameters<GossipCore['handle']>[0]): readonly GossipEffect[] => {
    const effects = core.handle(event, now)
    const answers = effects.flatMap((effect) =>
      effect.type === 'verify' ? handle({ type: 'verified', ticket: effect.ticket, isValid: true }) : [],
    )
    return core.isBusy ? [...effects, ...answers, ...handle({ type: 'tick' })] : [...effects, ...answers]
  }
  const frameOf = (link: number, envelope: Envelope) =>
    ({ type: 'frame', link: link as LinkId, frame: encodeFrame(envelope) }) as const
  for (let link = 1; link <= neighbours; link += 1) {
    const [name, peerId] = [nameOf(`node${link}`), fakePeerId(link)]
    handle({ type: 'link-up', neighbour: { link: link as LinkId, name, peerId, direction: 'downstream' } })
    const { epoch } = author
    handle(frameOf(link, { type: 'hello', version: protocolVersion, name, epoch, digest: 'a', changes: 1 }))
  }
  let prev = ''
  const pushNext = (height: number) => {
    const content = { ...author, height, firstSeq: height, prev, entries: [{ time: 0, body: `text ${height}` }] }
    const bytes = wireCodec.encodeBlock(content)
    const signature = new Uint8Array(64)
    prev = wireCodec.parseBlock({ bytes, signature })?.hash ?? ''
    return frameOf(1, { type: 'push', blocks: [{ bytes, signature, hops: [], heldMs: 0, model: undefined }] })
  }
  const passUntil = (end: number): void => {
    for (let at = core.nextWakeAt(); at <= end; at = core.nextWakeAt()) {
      now = Math.max(now, at)
      handle({ type: 'tick' })
    }
    now = end
  }
  handle(pushNext(1))
  for (let link = 3; link <= neighbours; link += 1) handle(frameOf(link, { type: 'prune', log }))
  passUntil(1_500)
  handle(pushNext(2))
  passUntil(1_600)
  const frame = pushNext(3)
  handle({ type: 'tick' })
  let effects: readonly GossipEffect[] = []
  const calls = await callsOfCore(() => {
    effects = handle(frame)
  })
  expect(effects.flatMap((effect) => (effect.type === 'send' ? [`${effect.envelope} ${effect.link}`] : []))).toEqual([
    'push 2',
  ])
  return calls
}

it('[P6] a relayed block costs the same calls with fifty neighbours as with two, but for those it is sent to', async () => {
  const [few, many] = [await callsOfOneRelayedBlock(2), await callsOfOneRelayedBlock(50)]
  expect(Object.fromEntries(many)).toEqual(Object.fromEntries(few))
})
