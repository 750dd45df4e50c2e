import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../../client/gossip/wire/entry.ts'
import { type CarriedBlock, type Envelope, protocolVersion } from '../../../../client/gossip/wire/envelope.ts'
import { blockFields, parseLogId } from '../../../../client/gossip/wire/block.ts'
import type { WireEnvelope } from '../../../../client/node/api/grapevine.ts'
import { parseBlock } from '../../../../client/gossip/codec/signed-block.ts'
import { encodeValue } from '../../../../client/gossip/codec/cbor.ts'
import { wireContent } from '../../../../client/node/wire/wire-content.ts'
import { RowSlots } from '../../../../client/ui/shared/row-slots.ts'
import { mostNames, WireRecord } from '../../../../client/ui/lab/wire/wire-record.ts'
import { treeLines } from '../../../../client/ui/lab/wire/wire-tree.ts'
import { summarize, wirePurposes } from '../../../../client/ui/lab/wire/wire-words.ts'
import { nameOf } from '../../../links/network-node.ts'
import { fakePeerId } from '../../../simulation/node/fake-signatures.ts'
import { fakeEnvelope } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'

const log = parseLogId(`${fakePeerId(1)}/1-0000000000000001`)
if (!log) throw new Error('not a log')

const block = (height: number, author = 1, entries = 1): CarriedBlock => ({
  bytes: encodeValue(
    blockFields({
      author: fakePeerId(author),
      name: nameOf(`node${author}`),
      epoch: '1-0000000000000001',
      height,
      firstSeq: height,
      prev: height === 1 ? '' : 'A'.repeat(43),
      entries: Array.from({ length: entries }, () => ({ time: 1, body: 'x' })),
    }),
  ),
  signature: new Uint8Array(64),
  hops: [],
  heldMs: 0,
  model: undefined,
})

const wire = (type: string, content: JsonValue): WireEnvelope => fakeEnvelope({ id: 1, type, content })

const names = new Map([[fakePeerId(1) as string, 'node1']])
/** The summary of an envelope after the node has decoded it for the wire record. */
const summaryOf = (envelope: Envelope): string =>
  summarize(
    wire(
      envelope.type,
      wireContent(envelope, (carried) => parseBlock(carried)),
    ),
    names,
  )

describe('the summary of an envelope', () => {
  it('names the blocks of a push', () => {
    expect(summaryOf({ type: 'push', blocks: [block(7)] })).toBe('block 7 of node1')
    expect(summaryOf({ type: 'push', blocks: [block(7, 1, 5)] })).toBe('block 7 of node1, 5 messages')
    expect(summaryOf({ type: 'push', blocks: [block(7), block(8), block(9)] })).toBe('3 blocks of node1, heights 7–9')
    expect(summaryOf({ type: 'push', blocks: [block(1), block(1, 2)] })).toBe('2 blocks of node1 and node2')
    const many = Array.from({ length: 100 }, (_, index) => block(index + 1))
    expect(summaryOf({ type: 'blocks', blocks: many, more: true })).toBe(
      '100 blocks of node1, heights 1–100, more to come',
    )
    expect(summaryOf({ type: 'push', blocks: [{ ...block(1), bytes: new Uint8Array(3) }] })).toBe('a malformed block')
  })

  it('names the log that is announced, requested or pruned', () => {
    expect(summaryOf({ type: 'ihave', heads: [{ log, height: 9 }] })).toBe('node1 up to 9')
    expect(summaryOf({ type: 'iwant', wants: [{ log, height: 4, isOlder: false }], graft: true })).toBe(
      'node1 from 4, push from now on',
    )
    expect(summaryOf({ type: 'prune', log })).toBe('node1')
    const heads = Array.from({ length: 200 }, () => ({ log, height: 9 }))
    expect(summaryOf({ type: 'ihave', heads })).toBe('200 logs')
    const entry = { log, height: 3, hash: 'abc', idleMs: 0, forkHeight: 0, oldest: 1 }
    expect(summaryOf({ type: 'frontier', entries: [entry], base: 0, changes: 1, seen: 0, isAnswer: true })).toBe(
      '1 log, as an answer',
    )
  })

  it('describes hello, heartbeat, fork and bye', () => {
    const version = protocolVersion
    const hello: Envelope = {
      type: 'hello',
      version,
      name: nameOf('node1'),
      epoch: '1-0000000000000001',
      digest: 'a',
      changes: 1,
      retention: 'a',
    }
    expect(summaryOf(hello)).toBe(`node1, protocol version ${version}`)
    expect(
      summaryOf({
        type: 'heartbeat',
        count: 7,
        echo: 6,
        heldMs: 0,
        digest: 'a',
        changes: 1,
        retention: 'a',
        ask: true,
      }),
    ).toBe('number 7, echo of 6, answer at once')
    expect(summaryOf({ type: 'fork', one: [block(3)], other: [block(3)] })).toBe('two blocks of node1 for height 3')
    expect(summaryOf({ type: 'fork', one: [block(3)], other: undefined })).toBe(
      'half of the proof: a block of node1 for height 3',
    )
    expect(summaryOf({ type: 'bye' })).toBe('closes the link')
  })

  it('exists for unknown types and malformed fields as well', () => {
    expect(summarize(wire('announce', { notices: [{}] }), names)).toBe('announcements of 1 node')
    expect(summarize(wire('tomorrow', { notices: [1, 2, '… 8 more'] }), names)).toBe('notices: 10')
    for (const type of [...Object.keys(wirePurposes), 'tomorrow']) {
      for (const content of [null, 7, [], {}, { blocks: 7, heads: 'x', logs: [null] }]) {
        expect(typeof summarize(wire(type, content), names)).toBe('string')
      }
    }
  })
})

describe('the tree of fields', () => {
  it('is indented, with dashes before list items', () => {
    const value = { count: 7, heads: [{ log: 'a', height: 1 }, { log: 'b', height: 2 }, '… 3 more'], none: [], x: null }
    expect(treeLines(value)).toEqual([
      'count: 7',
      'heads:',
      '  - log: "a"',
      '    height: 1',
      '  - log: "b"',
      '    height: 2',
      '  … 3 more',
      'none: none',
      'x: null',
    ])
    expect(treeLines({ signature: { bytes: 64, base64url: 'AAAA…' } })).toEqual(['signature: 64 bytes AAAA…'])
  })

  it('lets text of a stranger neither begin new lines nor reorder the text around it', () => {
    const lines = treeLines({ body: 'one\nheight: 9\u202e"\u2028\u0000', ['a\nb']: 1 })
    expect(lines).toEqual(['body: "one\\u000aheight: 9\\u202e\\"\\u2028\\u0000"', 'a\\u000ab: 1'])
  })
})

describe('the record', () => {
  const setUp = () => {
    const node = new FakeNode()
    const record = new WireRecord(node)
    const types = () => record.envelopes.map(({ type }) => type)
    const total = (type: string) => record.totals.get(type)
    return { node, record, types, total }
  }

  it('stops while paused, counts what passes, and has all of it after the pause', () => {
    const { node, record, types, total } = setUp()
    node.pass({ type: 'push' })
    record.update()
    record.pause()
    node.pass({ type: 'push' })
    node.pass({ type: 'bye' })
    record.update()
    expect([record.missed, types(), total('push')?.count]).toEqual([2, ['push'], 1])
    record.resume()
    expect([record.missed, types(), total('push')?.count]).toEqual([undefined, ['push', 'push', 'bye'], 2])
  })

  it('shows only what passes after it was cleared, totals included, also while paused', () => {
    const { node, record, types, total } = setUp()
    node.pass({ type: 'push', bytes: 9 })
    record.update()
    record.pause()
    node.pass({ type: 'push', bytes: 9 })
    record.clear()
    expect([types(), record.totals.size, record.missed]).toEqual([[], 0, 0])
    record.resume()
    node.pass({ type: 'push', bytes: 7 })
    record.update()
    expect([types(), total('push')]).toEqual([['push'], { count: 1, bytes: 7 }])
  })

  it('[P6] remembers a limited number of names, however many authors there are', () => {
    const record = new WireRecord()
    for (let index = 0; index < 700; index += 1) {
      record.learnNames([wire('push', { blocks: [{ author: `key ${index}`, name: `node${index}` }] })])
    }
    expect(record.names.size).toBe(mostNames)
  })
})

const shownBy = (slots: RowSlots, ids: readonly number[]): number[] => {
  slots.show(ids)
  return ids.map((id) => slots.of(id))
}

describe('the elements of a sliding list', () => {
  it('belong to a row while it is in the list, and then to a new row', () => {
    const slots = new RowSlots()
    const [first, second, third] = shownBy(slots, [1, 2, 3])
    expect(shownBy(slots, [2, 3, 4])).toEqual([second, third, first])
    expect(shownBy(slots, [2, 4])).toEqual([second, first])
  })

  it('stay with their rows while a person uses one', () => {
    const slots = new RowSlots()
    const before = shownBy(slots, [1, 2, 3])
    slots.show([4, 5, 6], false)
    expect(before).not.toContain(slots.of(4))
  })

  it('never belong to two rows, however the list changes', () => {
    const slots = new RowSlots()
    for (const ids of [[1, 2, 3], [4, 5, 6, 7], [], [6, 7], [1, 6, 7, 8, 9]]) {
      expect(new Set(shownBy(slots, ids)).size).toBe(ids.length)
    }
  })
})
