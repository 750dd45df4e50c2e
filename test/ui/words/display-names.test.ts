import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { DisplayNames, mostNameChars, nameBody, parseNameBody } from '../../../client/ui/words/display-names.ts'
import { graphOf } from '../../../client/ui/words/network-graph.ts'
import { fakeEntry, fakePeerId, lineNetwork } from '../fake-network.ts'

const named = (author: string, name: string, seq = 1, epoch = '1-0123456789abcdef'): Entry =>
  fakeEntry({ author, epoch, seq, body: nameBody(name) })

const nameOf = (names: DisplayNames, author: string): string | undefined => names.names.get(fakePeerId(author))

describe('a name that a person gives', () => {
  it('is tidied when it is written and when it is read', () => {
    expect(parseNameBody(nameBody('  Ana \t  Lucía '))).toBe('Ana Lucía')
    expect(parseNameBody({ 'grapevine:name': 'A\u202ena\u200b\n' })).toBe('Ana')
    expect(parseNameBody({ 'grapevine:name': 'x'.repeat(1_000) })).toHaveLength(mostNameChars)
    expect(parseNameBody(nameBody('🍇'.repeat(100)))).toMatch(/^🍇+$/u)
  })

  it.each([
    ['text', 'Ana'],
    ['another key beside it', { 'grapevine:name': 'Ana', more: 1 }],
    ['no text', { 'grapevine:name': 7 }],
    ['a list', ['grapevine:name']],
    ['null', null],
    ['bytes', Uint8Array.of(1)],
  ])('is none in %s', (_what, body) => {
    expect(parseNameBody(body)).toBeUndefined()
  })

  it('is the latest of its author by page load and seq, in whatever order the entries arrive', () => {
    const names = new DisplayNames()
    names.apply({
      added: [named('a', 'third', 1, '10-0'), named('a', 'first', 5, '9-0'), named('b', 'Bo')],
      removed: [],
    })
    expect([nameOf(names, 'a'), nameOf(names, 'b')]).toEqual(['third', 'Bo'])
    const fourth = named('a', '', 2, '10-0')
    names.apply({ added: [fourth], removed: [] })
    expect(nameOf(names, 'a')).toBeUndefined()
    const before = names.names
    names.apply({ added: [{ ...named('c', 'x'), body: 'no name' }], removed: [] })
    expect(names.names).toBe(before)
    names.apply({ added: [], removed: [fourth] })
    expect(nameOf(names, 'a')).toBeUndefined()
  })

  it('is not shown in the picture if a different node has it as its own name', () => {
    const names = new Map([
      [fakePeerId('node1'), 'NODE2'],
      [fakePeerId('node2'), 'Ana'],
    ])
    const { nodes } = graphOf(lineNetwork(2), [], names)
    expect(nodes.map(({ called }) => called)).toEqual([undefined, 'Ana'])
  })
})
