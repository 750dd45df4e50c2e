import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, JsonValue } from '../../../client/gossip/wire/entry.ts'
import type { MessagesFile, TraceFile, WireFile } from '../../../client/node/api/grapevine.ts'
import { csvRow } from '../../../client/node/exports/csv.ts'
import { gatherText } from '../../../client/node/exports/file-text.ts'
import { messagesCsv, messagesJson } from '../../../client/node/exports/message-export.ts'
import { startLine } from '../../simulation/network/memory-network.ts'

const origin = { node: { name: 'node1', peerId: 'A'.repeat(43), net: 'main' }, exportedAt: 1_700_000_000_000 }

const entryOf = (body: JsonValue | Uint8Array, parts: Partial<Entry> = {}): Entry => ({
  author: 'node2',
  peerId: 'B'.repeat(43),
  epoch: '1-0000000000000001',
  seq: 1,
  time: 1_700_000_000_000,
  receivedAt: 1_700_000_000_123,
  body,
  path: ['node2', 'node1'],
  ...parts,
})

/** A reader of CSV by the grammar of RFC 4180, and nothing else. */
const readCsv = (text: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

const withoutGuard = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell)

describe('messages as CSV', () => {
  it('are read without change, for any text of strangers', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom("'", '"', ',', '\r', '\n', '=', '+', '-', '@', '\t', ' ', 'é', '＝', 'a') }),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const csv = rows.map(csvRow).join('')
        expect(readCsv(csv).map((row) => row.map(withoutGuard))).toEqual(rows)
      }),
    )
  })

  it('have no cell that a spreadsheet evaluates as a formula', () => {
    const dangerous = ['=HYPERLINK("http://example.org")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']
    const entries = dangerous.map((body) =>
      entryOf(body, { author: '-node', path: ['-node', 'node1'], peerId: `-${'B'.repeat(42)}` }),
    )
    const [, ...rows] = readCsv([...messagesCsv(entries)].join(''))
    expect(rows).toHaveLength(dangerous.length)
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/)
    expect(rows.map((row) => withoutGuard(row.at(-3) ?? ''))).toEqual(dangerous)
  })

  it('have one row for each, below a header', () => {
    const entries = [
      entryOf('two\nlines, "quoted"'),
      entryOf({ é: [1] }, { seq: 2 }),
      entryOf(Uint8Array.of(251, 255), { seq: 3, time: Number.MAX_SAFE_INTEGER }),
      {
        ...entryOf('mine'),
        receivedAt: undefined as never,
        path: ['node1'],
        topic: '=notes',
        supersedes: true as const,
      },
    ]
    const day = '2023-11-14T22:13:20'
    const log = ['node2', 'B'.repeat(43), '1-0000000000000001']
    expect(readCsv([...messagesCsv(entries)].join(''))).toEqual([
      ['author', 'peerId', 'epoch', 'seq', 'time', 'receivedAt', 'path', 'type', 'body', 'topic', 'supersedes'],
      [...log, '1', `${day}.000Z`, `${day}.123Z`, 'node2>node1', 'text', 'two\nlines, "quoted"', '', ''],
      [...log, '2', `${day}.000Z`, `${day}.123Z`, 'node2>node1', 'json', '{"é":[1]}', '', ''],
      // An author may write a time that is no date.
      [...log, '3', '9007199254740991', `${day}.123Z`, 'node2>node1', 'bytes', "'-_8", '', ''],
      [...log, '1', `${day}.000Z`, '', 'node1', 'text', 'mine', "'=notes", 'true'],
    ])
  })
})

describe('messages as JSON', () => {
  it('name their format, and hold each body, bytes as base64url', () => {
    const read = (entries: readonly Entry[]) => JSON.parse([...messagesJson(origin, entries)].join('')) as MessagesFile
    expect(read([])).toEqual({ format: 'grapevine-messages', version: 1, ...origin, messages: [] })
    const [text, json, bytes] = read([entryOf('a\u2028b'), entryOf([null]), entryOf(Uint8Array.of(251, 255))]).messages
    expect([text?.type, text?.body]).toEqual(['text', 'a\u2028b'])
    expect([json?.type, json?.body]).toEqual(['json', [null]])
    expect([bytes?.type, bytes?.body]).toEqual(['bytes', '-_8'])
    const [marked] = read([{ ...entryOf('a'), topic: 'notes', supersedes: true }]).messages
    expect(marked).toMatchObject({ topic: 'notes', supersedes: true })
    expect(text).not.toHaveProperty('topic')
    expect(text).toMatchObject({
      author: 'node2',
      seq: 1,
      time: 1_700_000_000_000,
      receivedAt: 1_700_000_000_123,
      path: ['node2', 'node1'],
    })
  })
})

describe('a large file', () => {
  it('is made in pieces of bounded work, with other tasks between them', async () => {
    const entries = Array.from({ length: 10_000 }, (_, index) =>
      entryOf(index % 500 === 0 ? 'x'.repeat(40_000) : 'short', { seq: index + 1 }),
    )
    let piecesInTurn = 0
    let charsInTurn = 0
    const turns: (readonly [pieces: number, chars: number])[] = []
    const counted = function* () {
      for (const piece of messagesJson(origin, entries)) {
        piecesInTurn += 1
        charsInTurn += piece.length
        yield piece
      }
    }
    const text = await gatherText(counted(), () => {
      turns.push([piecesInTurn, charsInTurn])
      ;[piecesInTurn, charsInTurn] = [0, 0]
      return Promise.resolve()
    })
    expect((JSON.parse(text) as MessagesFile).messages).toHaveLength(10_000)
    // 32 KiB, and the largest message.
    for (const [pieces, chars] of turns) expect([pieces <= 64, chars < 32_768 + 50_000]).toEqual([true, true])
    expect(turns.length).toBeGreaterThan(150)
  })
})

describe('a node', () => {
  const setUp = async () => {
    const { clock, nodes } = await startLine(['node1', 'node2'])
    const [node1, node2] = nodes
    await node1.node.publish('one')
    await node1.node.publish({ two: 2 })
    await clock.pass(2_000)
    return { clock, node1, node2: node2.node }
  }

  it('exports its messages, all or some', async () => {
    const { node2 } = await setUp()
    const file = JSON.parse(await node2.exportMessages()) as MessagesFile
    expect(file.node).toEqual({ name: 'node2', peerId: node2.peerId, net: node2.net })
    expect(file.messages.map(({ body }) => body)).toEqual(['one', { two: 2 }])
    const csv = await node2.exportMessages({ format: 'csv', select: ({ seq }) => seq === 2 })
    expect(readCsv(csv).map((row) => row.at(-3))).toEqual(['body', '{"two":2}'])
  })

  it('exports a trace with the receipts, and undefined for an entry that it does not hold', async () => {
    const { clock, node1, node2 } = await setUp()
    const [entry] = node2.entries()
    if (!entry) throw new Error('nothing came')
    node2.askReceipts(entry)
    await clock.pass(5_000)
    const file = JSON.parse((await node2.exportTrace(entry)) ?? '') as TraceFile
    expect(file).toMatchObject({ format: 'grapevine-trace', version: 1, message: { body: 'one' }, isAsked: true })
    expect(file.route).toMatchObject([{ name: 'node1' }])
    expect(file.receipts.map(({ name }) => name).sort()).toEqual(['node1', 'node2'])
    expect(file.receipts.find(({ name }) => name === 'node1')?.peerId).toBe(node1.peerId)
    await expect(node2.exportTrace({ ...entry, seq: 99 })).resolves.toBeUndefined()
  })

  it('exports the wire, decoded', async () => {
    const { node2 } = await setUp()
    const file = JSON.parse(await node2.exportWire()) as WireFile
    const { envelopes, totals } = node2.wire()
    expect(file.envelopes).toEqual(JSON.parse(JSON.stringify(envelopes)))
    expect(file.totals).toEqual(Object.fromEntries(totals))
    const pushes = JSON.parse(await node2.exportWire({ select: ({ type }) => type === 'push' })) as WireFile
    expect(pushes.envelopes.map(({ type, content }) => [type, 'blocks' in (content as object)])).toEqual([
      ['push', true],
      ['push', true],
    ])
  })
})
