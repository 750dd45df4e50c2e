import { describe, expect, it } from 'vitest'
import type { CarriedBlock, Envelope, FrontierEntry } from '../../client/gossip/wire/envelope.ts'
import { protocolVersion } from '../../client/gossip/wire/envelope.ts'
import { encodeValue } from '../../client/gossip/codec/cbor.ts'
import { encodeFrame } from '../../client/gossip/codec/codec.ts'
import {
  aliceLog,
  blocksOfManyLogs,
  bob,
  carry,
  carryRun,
  epoch,
  fromAlice,
  logOf,
  otherTwo,
} from './vectors/generator/sample-blocks.ts'
import { SampleNode } from './vectors/generator/sample-node.ts'

const [one, two, three] = aliceLog
const log = logOf(one)

/** What a node sends to bob in answer to what he sends, without heartbeats and notices. */
const answersOf = (node: SampleNode, ...envelopes: readonly Envelope[]): readonly Envelope[] => {
  const before = node.sent.length
  for (const envelope of envelopes) node.receive(encodeFrame(envelope))
  return node.sent.slice(before).filter(({ type }) => type !== 'heartbeat' && type !== 'announce')
}

const iwant = (height: number, isOlder: boolean, graft = false): Envelope => ({
  type: 'iwant',
  wants: [{ log, height, isOlder }],
  graft,
})

const frontier = (entry: Partial<FrontierEntry>, isAnswer = true): Envelope => ({
  type: 'frontier',
  entries: [{ log, height: 3, hash: three.hash.slice(0, 11), idleMs: 0, forkHeight: 0, oldest: 1, ...entry }],
  base: 0,
  changes: 5,
  seen: 0,
  isAnswer,
})

/** Of a node that holds something else. */
const hello: Envelope = {
  type: 'hello',
  version: protocolVersion,
  name: bob.name,
  epoch,
  digest: '0',
  changes: 1,
  retention: '0',
}

const heightsIn = (envelopes: readonly Envelope[]): readonly number[] => {
  const blocks = envelopes.flatMap((envelope): readonly CarriedBlock[] =>
    envelope.type === 'blocks' ? envelope.blocks : [],
  )
  return blocks.map(({ bytes }) => aliceLog.findIndex((block) => block.bytes.join() === bytes.join()) + 1)
}

describe('what SPEC.md states of an exchange:', () => {
  it('hello comes first and at once, then a heartbeat that asks [G1, G3]', () => {
    expect(new SampleNode([], false).sent.map(({ type }) => type)).toEqual(['hello'])
    expect(new SampleNode().sent).toMatchObject([
      { type: 'hello' },
      { type: 'heartbeat', count: 1, echo: 0, ask: true },
    ])
  })

  it('bye is sent and accepted before hello [G1, G4]', () => {
    const [stopping, left] = [new SampleNode([], false), new SampleNode([], false)]
    stopping.stop()
    expect(stopping.sent.map(({ type }) => type)).toEqual(['hello', 'bye'])
    left.receive(encodeFrame({ type: 'bye' }))
    expect(left.cut).toBe('said-bye')
  })

  it('hello of another version ends the link, whatever its other fields are [G1]', () => {
    for (const greets of [false, true]) {
      const node = new SampleNode([], greets)
      node.receive(encodeValue([0, protocolVersion + 1, 'later fields']))
      expect(node.cut).toBe('wrong-version')
    }
  })

  it('three bad runs of one frame are three strikes [G2]', () => {
    const node = new SampleNode()
    const bad = carry(one, fromAlice, { signature: new Uint8Array(64).fill(7) })
    answersOf(node, { type: 'push', blocks: [bad, bad, bad] })
    expect(node.cut).toBe('misbehaved')
  })

  it('a request is answered from the named height on, or from the oldest block on [S3]', () => {
    expect(heightsIn(answersOf(new SampleNode(aliceLog), iwant(2, false)))).toEqual([2, 3])
    expect(heightsIn(answersOf(new SampleNode([two, three]), iwant(1, false)))).toEqual([2, 3])
  })

  it('a request for older blocks is answered by those below the named height [S3]', () => {
    expect(heightsIn(answersOf(new SampleNode(aliceLog), iwant(3, true)))).toEqual([1, 2])
  })

  it('a request for what is not held gets no answer [S3]', () => {
    expect(answersOf(new SampleNode(aliceLog), iwant(4, false))).toEqual([])
    expect(answersOf(new SampleNode([]), iwant(1, false))).toEqual([])
  })

  it('a run goes on whole up to the block whose signature covers it, which is kept [L2]', () => {
    const node = new SampleNode()
    answersOf(node, { type: 'blocks', blocks: carryRun([one, two]), more: false })
    const [answer] = answersOf(node, iwant(1, false))
    expect(answer).toMatchObject({ blocks: [{ signature: undefined }, { signature: two.signature }], more: false })
  })

  it('a pushed block in the middle of an unknown log makes a node request the log from its beginning [L1]', () => {
    const node = new SampleNode()
    answersOf(node, { type: 'push', blocks: [carry(two, fromAlice)] })
    const before = node.sent.length
    node.pass(500)
    expect(node.sent.slice(before)).toContainEqual(iwant(1, false))
  })

  it('a frontier that reaches lower is answered by a request for older blocks [L2]', () => {
    expect(answersOf(new SampleNode([two, three]), frontier({}))).toEqual([iwant(2, true)])
  })

  it('an announced block that does not come is requested with graft after 0.6 s [A2]', () => {
    const node = new SampleNode([one])
    answersOf(node, { type: 'ihave', heads: [{ log, height: 2 }] })
    const before = node.sent.length
    node.pass(590)
    expect(node.sent.slice(before).filter(({ type }) => type === 'iwant')).toEqual([])
    node.pass(20)
    expect(node.sent.slice(before)).toContainEqual(iwant(2, false, true))
  })

  it('a frontier that is no answer is answered by one that is, even if it is empty [S1]', () => {
    const [answer] = answersOf(new SampleNode([one]), frontier({ height: 1, hash: one.hash.slice(0, 11) }, false))
    expect(answer).toMatchObject({ type: 'frontier', seen: 5, isAnswer: true, entries: [{ log, height: 1 }] })
  })

  it('a neighbour that has confirmed nothing is shown a summary of many logs, and the whole frontier of few [S1]', () => {
    const [many, few] = [blocksOfManyLogs(32), blocksOfManyLogs(31)].map((blocks) => new SampleNode(blocks, false))
    if (!many || !few) throw new Error('two nodes')
    const [summary, ...others] = answersOf(many, hello)
    expect(summary).toMatchObject({ type: 'summary', isAnswer: false })
    expect(summary?.type === 'summary' && summary.cells).toHaveLength(64)
    expect(others).toEqual([])
    expect(answersOf(few, hello)).toMatchObject([{ type: 'frontier', base: 0, isAnswer: false }])
  })

  it('a summary is answered by the own summary and by a frontier of the logs that may differ [S1]', () => {
    const [lacking, ...others] = blocksOfManyLogs(32)
    if (!lacking) throw new Error('no block')
    const node = new SampleNode([lacking, ...others], false)
    answersOf(node, hello)
    node.pass(1_000)
    const salt = { one: 3, other: 5 }
    const cells = new SampleNode(others).summary(salt)
    const summary = { type: 'summary', saltOne: salt.one, saltOther: salt.other, cells } as const
    const [own, frontierOfNode, ...rest] = answersOf(node, { ...summary, isAnswer: false })
    expect(own).toMatchObject({ type: 'summary', isAnswer: true })
    expect(frontierOfNode).toMatchObject({ type: 'frontier', base: 0, isAnswer: false })
    const named = frontierOfNode?.type === 'frontier' ? frontierOfNode.entries.map(({ log: id }) => id) : []
    expect(named).toContain(logOf(lacking))
    expect(rest).toEqual([])
    // Within a second, or in answer to an answer, the frontier comes alone.
    expect(answersOf(node, { ...summary, isAnswer: false }).map(({ type }) => type)).toEqual(['frontier'])
    node.pass(1_000)
    expect(answersOf(node, { ...summary, isAnswer: true }).map(({ type }) => type)).toEqual(['frontier'])
  })

  it('four summaries are answered at once [S3]', () => {
    const node = new SampleNode(blocksOfManyLogs(32), false)
    answersOf(node, hello)
    const summary = { type: 'summary', saltOne: 3, saltOther: 5, cells: new Uint8Array(2), isAnswer: true } as const
    const answers = answersOf(node, ...Array.from({ length: 7 }, () => summary))
    // The fifth is paid by what has flowed in since the first.
    expect(answers.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'frontier'))
    expect(node.drops).toEqual(['too-many-requests', 'too-many-requests'])
  })

  it('another hash in a frontier is answered by a request for that block [F1]', () => {
    expect(answersOf(new SampleNode([one, two]), frontier({ height: 2, hash: otherTwo.hash.slice(0, 11) }))).toEqual([
      iwant(2, false),
    ])
  })

  it('a frontier without the fork, and a request beyond it, are answered by the proof [F1]', () => {
    const proof = { type: 'fork', one: carryRun([two, three], []), other: carryRun([otherTwo], []) } as const
    const node = new SampleNode([one])
    answersOf(node, proof)
    expect(answersOf(node, frontier({ height: 1, hash: one.hash.slice(0, 11) }))).toEqual([proof])
    expect(answersOf(node, iwant(2, false))).toEqual([proof])
  })

  it('a log of which only blocks from the fork on are held is fetched again from below the fork [F1]', () => {
    const node = new SampleNode([two, three])
    answersOf(node, { type: 'fork', one: carryRun([two, three], []), other: carryRun([otherTwo], []) })
    answersOf(node, frontier({ height: 1, hash: one.hash.slice(0, 11), forkHeight: 2 }))
    const before = node.sent.length
    node.pass(500)
    expect(node.sent.slice(before)).toContainEqual(iwant(1, false))
    answersOf(node, { type: 'blocks', blocks: carryRun([one]), more: false })
    expect(heightsIn(answersOf(node, iwant(1, false)))).toEqual([1])
  })

  it('a receiver appends the hop of the sender to the path [L3]', () => {
    const node = new SampleNode()
    answersOf(node, { type: 'push', blocks: [carry(one, fromAlice, { heldMs: 5 })] })
    const [answer] = answersOf(node, iwant(1, false))
    expect(answer).toMatchObject({ blocks: [{ hops: [...fromAlice, { name: 'bob', heldMs: 5, rttMs: 0 }] }] })
  })
})
