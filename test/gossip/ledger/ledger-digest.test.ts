import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { LedgerDigest } from '../../../client/gossip/ledger/ledger-digest.ts'

const hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Few logs in few buckets, so that changes share buckets. */
const change = fc.record({
  log: fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1') as fc.Arbitrary<LogId>,
  text: fc.option(fc.constantFrom('1 x', '2 y', '3 z'), { nil: undefined }),
})

describe('the digest of a ledger', () => {
  it('depends on what is held, not on the order of changes', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const one = new LedgerDigest(hash)
        for (const { log, text } of changes) {
          one.set(log, text)
          // Reading the digest in between changes nothing.
          if (text === '1 x') void one.value
        }
        const held = new Map(changes.map(({ log, text }) => [log, text]))
        const other = new LedgerDigest(hash)
        for (const [log, text] of [...held].reverse()) other.set(log, text)
        expect(one.value).toBe(other.value)
      }),
    )
  })

  it('differs for different heads, and for the same head in another log', () => {
    const values = [
      [['a1', '1 x']],
      [['a1', '2 y']],
      [
        ['a1', '1 x'],
        ['b1', '1 x'],
      ],
      [['b1', '1 x']],
      [],
    ].map((heads) => {
      const digest = new LedgerDigest(hash)
      for (const [log, text] of heads) digest.set(log as LogId, text)
      return digest.value
    })
    expect(new Set(values).size).toBe(values.length)
  })

  it('hashes only what has changed', () => {
    const hashed: string[] = []
    const digest = new LedgerDigest((text) => {
      hashed.push(text)
      return hash(text)
    })
    for (const log of ['a1', 'a2', 'b1', 'c1']) digest.set(log as LogId, `${log} 1`)
    void digest.value
    hashed.length = 0
    void digest.value
    expect(hashed).toHaveLength(0)
    digest.set('a1' as LogId, 'a1 2')
    void digest.value
    expect(hashed).toHaveLength(2)
    expect(hashed[0]).toBe('a1 2\na2 1')
  })
})
