import { describe, expect, it } from 'vitest'
import { blockFields } from '../../../client/gossip/wire/block.ts'
import { encodeValue } from '../../../client/gossip/codec/cbor.ts'
import { parseBlock } from '../../../client/gossip/codec/signed-block.ts'

describe('an entry of a block', () => {
  const withExtras = (...extras: unknown[]) => {
    const fields = blockFields({
      author: 'A'.repeat(43) as never,
      name: 'alice' as never,
      epoch: '12-9f86d081884c7d65',
      height: 1,
      firstSeq: 1,
      prev: '',
      entries: [{ time: 1, body: 'text' }],
    })
    return parseBlock({ bytes: encodeValue([...fields.slice(0, -1), [[1, 'text', ...extras]]]), signature: undefined })
  }

  it('[L4] may have a topic, and may supersede', () => {
    const longest = 'é'.repeat(64)
    expect(withExtras({ t: longest })?.entries).toEqual([{ time: 1, body: 'text', topic: longest }])
    expect(withExtras({ s: true })?.entries).toEqual([{ time: 1, body: 'text', supersedes: true }])
  })

  it.each([
    ['none at all', {}],
    ['an empty topic', { t: '' }],
    ['a topic that is too long', { t: `${'é'.repeat(64)}a` }],
    ['a topic that is no text', { t: 5 }],
    ['a mark that is not true', { s: false }],
    ['something unknown', { t: 'a', x: 1 }],
    ['a list', []],
    ['null', null],
    ['bytes', new Uint8Array(1)],
  ])('makes its block malformed by %s beside time and body', (_, extras) => {
    expect(withExtras(extras)).toBeUndefined()
    expect(withExtras({ t: 'a' }, extras)).toBeUndefined()
  })
})
