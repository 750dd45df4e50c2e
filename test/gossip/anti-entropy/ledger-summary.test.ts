import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pickDiffering, summarize } from '../../../client/gossip/anti-entropy/ledger-summary.ts'
import type { Salt } from '../../../client/gossip/anti-entropy/salted-hash.ts'
import type { Log } from '../../../client/gossip/ledger/log.ts'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { createRandom, type Random, randomBelow, shuffled } from '../../../client/node/faults/random.ts'

type HeldLog = Pick<Log, 'id' | 'summaryText'>

const logOf = (number: number, height: number): HeldLog => {
  const id = `author-${number}/1-9f86d081884c7d65` as LogId
  return { id, summaryText: `${id} ${height} hash-${height}` }
}

const saltOf = (random: Random): Salt => ({ one: randomBelow(random, 2 ** 32), other: randomBelow(random, 2 ** 32) })

const textsOf = (logs: readonly HeldLog[]): string[] => logs.map(({ summaryText }) => summaryText).sort()

/** What the logs of one node need to name to a node that holds these logs. */
const differing = (logs: readonly HeldLog[], others: readonly HeldLog[], salt: Salt): HeldLog[] =>
  pickDiffering(logs, summarize(others, Math.max(1, others.length), salt), salt)

describe('the summary of a ledger', () => {
  it('shows every log that the other node holds otherwise or not at all', () => {
    const nodes = fc.array(fc.record({ alice: fc.nat(2), bob: fc.nat(2) }), { maxLength: 200 })
    fc.assert(
      fc.property(nodes, fc.nat(), (heights, seed) => {
        const random = createRandom(seed, 'summaries')
        // Height 0: the node does not hold the log.
        const [alice, bob] = (['alice', 'bob'] as const).map((name) =>
          shuffled(
            heights.flatMap((of, number) => (of[name] > 0 ? [logOf(number, of[name])] : [])),
            random,
          ),
        ) as [HeldLog[], HeldLog[]]
        const theirs = new Set(textsOf(bob))
        const needed = alice.filter(({ summaryText }) => !theirs.has(summaryText))
        expect(textsOf(differing(alice, bob, saltOf(random)))).toEqual(expect.arrayContaining(textsOf(needed)))
      }),
      { seed: 13, numRuns: 300 },
    )
  })

  it('shows no log of equal ledgers', () => {
    const logs = Array.from({ length: 500 }, (_, number) => logOf(number, 3))
    expect(differing(logs, [...logs].reverse(), { one: 1, other: 2 })).toEqual([])
  })

  it('shows some two logs for each difference, in two bytes for each log', () => {
    const sums = Array.from({ length: 30 }, (_, seed) => {
      const alice = Array.from({ length: 1_000 }, (_, number) => logOf(number, 7))
      const bob = Array.from({ length: 1_000 }, (_, number) => logOf(number, number < 10 ? 8 : 7))
      const salt = saltOf(createRandom(seed, 'salts'))
      expect(summarize(bob, 1_000, salt)).toHaveLength(2_000)
      return differing(alice, bob, salt).length
    })
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(10)
    expect(sums.reduce((sum, count) => sum + count) / sums.length).toBeLessThan(25)
  })

  it('shows with another salt what one salt hides', () => {
    // Of the first 2^18 logs, four have equal prints at both heights with the first salt. This is the first of them.
    const number = 14_063
    const differingWith = (salt: Salt): HeldLog[] => differing([logOf(number, 1)], [logOf(number, 2)], salt)
    expect(differingWith({ one: 3, other: 4 })).toHaveLength(0)
    expect(differingWith({ one: 3, other: 5 })).toHaveLength(1)
  })

  it('shows two logs that exchange their states in one cell', () => {
    const alice = [logOf(1, 1), logOf(2, 2)]
    expect(
      pickDiffering(alice, summarize([logOf(1, 2), logOf(2, 1)], 1, { one: 1, other: 2 }), { one: 1, other: 2 }),
    ).toEqual(alice)
  })

  it.each([
    ['of a single cell', new Uint8Array(2)],
    ['of zeros', new Uint8Array(2_000)],
    ['of ones', new Uint8Array(2_000).fill(255)],
  ])('that a hostile node makes %s shows at most all logs', (_what, summary) => {
    const logs = Array.from({ length: 300 }, (_, number) => logOf(number, 1))
    const shown = pickDiffering(logs, summary, { one: 5, other: 6 })
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeGreaterThan(290)
  })

  it('is read from a view that begins within its buffer', () => {
    const logs = [logOf(1, 1), logOf(2, 1)]
    const salt = { one: 7, other: 8 }
    const framed = new Uint8Array([9, ...summarize(logs, 2, salt)])
    expect(pickDiffering(logs, framed.subarray(1), salt)).toEqual([])
  })
})
