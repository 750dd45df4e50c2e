import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { filledLedger, here, numbers } from './filled-ledger.ts'

/** Every author may keep 10 blocks. Neighbours are 1 to 4. */
const limits = { maxBlocks: 400, maxLinks: 40 }
const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)

describe('[P6] [R1] between neighbours, room', () => {
  it('is lost by a neighbour that is above its share and brings more', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2)
    setPresent(10, 20)
    bring({ from: 1, author: 10, blocks: 150 })
    bring({ from: 2, author: 20, blocks: 900 })
    expect(blocksOf(10, 20)).toEqual([150, 250])
  })

  it('is lost by the neighbour furthest above its share if one within its share brings more', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2, 3)
    setPresent(10, 20, 30)
    bring({ from: 1, author: 10, blocks: 120 })
    bring({ from: 2, author: 20, blocks: 280 })
    bring({ from: 3, author: 30, blocks: 100 })
    expect(blocksOf(10, 20, 30)).toEqual([120, 180, 100])
  })

  it.each([1, 2, 3])('is lost to %d of 4 neighbours up to as many quarters, whatever they bring', (hostile) => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2, 3, 4)
    const honest = numbers(hostile + 1, 4 - hostile).map((from) => ({ from, authors: numbers(100 * from, 50) }))
    const invented = numbers(1_000, 900)
    setPresent(...honest.flatMap(({ authors }) => authors), ...invented)
    const blocks = 400 / 50 / honest.length
    for (const { from, authors } of honest) for (const author of authors) bring({ from, author, blocks })
    for (const [at, author] of invented.entries()) bring({ from: 1 + (at % hostile), author, blocks: 1 + (at % 30) })
    const kept = honest.map(({ authors }) => sum(blocksOf(...authors)))
    expect(kept).toEqual(honest.map(() => 100))
  })

  it('is hardly lost to authors that are not in the network: one of 40 parts', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2)
    const honest = numbers(100, 50)
    setPresent(...honest)
    for (const author of honest) bring({ from: 1, author, blocks: 8 })
    for (const author of numbers(1_000, 900)) bring({ from: 2, author })
    expect(sum(blocksOf(...honest))).toBe(400 - 400 / 40)
  })

  it('is lost to neighbours that come and go under new keys as if they were one', () => {
    const { link, cut, setPresent, bring, blocksOf } = filledLedger(limits)
    const honest = numbers(100, 50)
    link(1)
    setPresent(...honest)
    for (const author of honest) bring({ from: 1, author, blocks: 8 })
    for (const sybil of numbers(1_000, 10)) {
      link(sybil)
      bring({ from: sybil, author: sybil, blocks: 900 })
      cut(sybil)
    }
    expect(sum(blocksOf(...honest))).toBe(400 / 2)
  })

  it('that neighbours have left is free for others, and what came last goes first', () => {
    const { link, cut, setPresent, bring, blocksOf } = filledLedger(limits)
    setPresent()
    bring({ author: 10, blocks: 100 })
    link(1, 2)
    bring({ from: 1, author: 11, blocks: 100 })
    bring({ from: 2, author: 12, blocks: 100 })
    cut(1)
    cut(2)
    link(3)
    setPresent(30)
    bring({ from: 3, author: 30, blocks: 900 })
    expect(blocksOf(10, 11, 12, 30)).toEqual([100, 100, 0, 200])
  })

  it('of this node itself is lost to nobody', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1)
    bring({ author: here, blocks: 300 })
    setPresent(10)
    bring({ from: 1, author: 10, blocks: 900 })
    expect(blocksOf(here, 10)).toEqual([300, 100])
  })

  it('is lost to this node itself up to an equal share', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1)
    setPresent(10)
    bring({ from: 1, author: 10, blocks: 400 })
    bring({ author: here, blocks: 900 })
    expect(blocksOf(here, 10)).toEqual([200, 200])
  })

  it('is shared without that of this node itself', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2, 3)
    setPresent(10, 20)
    bring({ author: here, blocks: 300 })
    bring({ from: 1, author: 10, blocks: 67 })
    bring({ from: 2, author: 20, blocks: 900 })
    expect(blocksOf(here, 10, 20)).toEqual([300, 67, 33])
  })

  it('stays on the account of the neighbour that brought the first log of an author', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2)
    setPresent(10, 11, 20)
    bring({ from: 1, author: 10, blocks: 200 })
    bring({ from: 1, author: 20, blocks: 10 })
    bring({ from: 2, author: 20, blocks: 190 })
    bring({ from: 2, author: 11, blocks: 50 })
    expect(blocksOf(10, 20, 11)).toEqual([175, 175, 50])
  })

  it('of a neighbour is its own, whoever brought its first log', () => {
    const { link, setPresent, bring, blocksOf } = filledLedger(limits)
    link(1, 2)
    setPresent(10)
    bring({ from: 1, author: 10, blocks: 300 })
    bring({ from: 1, author: 20, blocks: 100 })
    link(20)
    bring({ from: 20, author: 20, blocks: 900 })
    expect(blocksOf(10, 20)).toEqual([267, 133])
  })
})

describe('[P6] [R1] among the authors that one neighbour brings, room', () => {
  const started = (more = {}) => {
    const filled = filledLedger({ ...limits, ...more })
    filled.link(1)
    const bring = (brought: Omit<Parameters<typeof filled.bring>[0], 'from'>): void =>
      filled.bring({ from: 1, ...brought })
    return { ...filled, bring }
  }

  it.each([
    ['is in the network', [10]],
    ['is not', []],
  ])('is lost by a flooding author that %s', (_what, present) => {
    const { setPresent, bring, blocksOf } = started()
    const others = numbers(100, 39)
    setPresent(...present, ...numbers(100, 10))
    for (const author of others) bring({ author, blocks: 10 })
    bring({ author: 10, blocks: 900 })
    expect(sum(blocksOf(...others))).toBe(390)
    expect(blocksOf(10)).toEqual([10])
  })

  it('is lost by the author that holds most if present authors flood', () => {
    const { setPresent, bring, blocksOf } = started()
    setPresent(10, 11)
    bring({ author: 12, blocks: 5 })
    bring({ author: 10, blocks: 395 })
    bring({ author: 11, blocks: 300 })
    expect(blocksOf(10, 11, 12)).toEqual([197, 198, 5])
  })

  it('is lost by invented authors to each other, the one that came last first', () => {
    const { setPresent, bring, blocksOf } = started()
    const honest = numbers(100, 30)
    setPresent(...honest)
    for (const author of honest) bring({ author, blocks: 9 })
    for (const author of numbers(1_000, 900)) bring({ author })
    expect(blocksOf(...honest)).toEqual(honest.map(() => 9))
    expect(blocksOf(...numbers(1_000, 129))).toEqual(numbers(1_000, 129).map(() => 1))
    expect(blocksOf(1_898, 1_899)).toEqual([0, 1])
  })

  it('is lost by invented authors if present ones need it', () => {
    const { setPresent, bring, blocksOf } = started()
    const honest = numbers(100, 30)
    setPresent(...honest)
    for (const author of honest) bring({ author, blocks: 3 })
    for (const author of numbers(1_000, 900)) bring({ author })
    for (const author of honest) bring({ author, blocks: 6 })
    expect(blocksOf(...honest)).toEqual(honest.map(() => 9))
  })

  it('is lost by invented authors before an author of many blocks, as long as they hold more', () => {
    const { setPresent, bring, blocksOf } = started()
    setPresent(10, ...numbers(100, 10))
    bring({ author: 10, blocks: 100 })
    for (const author of numbers(1_000, 900)) bring({ author })
    for (const author of numbers(100, 10)) bring({ author, blocks: 9 })
    expect(blocksOf(10)).toEqual([100])
  })

  it('is not lost to invented authors by an author of many blocks', () => {
    const { setPresent, bring, blocksOf } = started()
    setPresent(10)
    bring({ author: 10, blocks: 300 })
    for (const author of numbers(1_000, 900)) bring({ author })
    expect(blocksOf(10)).toEqual([300])
  })

  it('is lost by an invented author that goes on writing', () => {
    const { setPresent, bring, blocksOf } = started()
    setPresent()
    for (const author of numbers(100, 40)) bring({ author, blocks: 10 })
    bring({ author: 1_000, blocks: 9 })
    expect(sum(blocksOf(...numbers(100, 40)))).toBe(399)
  })

  it('is lost by authors of many blocks, and by no small log, as long as those hold more', () => {
    const { setPresent, bring, blocksOf } = started()
    const [large, small, present] = [numbers(10, 3), numbers(100, 50), numbers(200, 10)]
    setPresent(...present)
    for (const author of small) bring({ author, blocks: 2 })
    for (const author of large) bring({ author, blocks: 100 })
    for (const author of present) bring({ author, blocks: 9 })
    expect(blocksOf(...small, ...present)).toEqual([...small.map(() => 2), ...present.map(() => 9)])
    expect(blocksOf(...large)).toEqual([70, 70, 70])
  })

  it('is lost by those that have left the network before those that are in it, the idlest first', () => {
    const { setPresent, bring, blocksOf } = started()
    const authors = numbers(100, 40)
    setPresent(...authors)
    for (const author of authors) bring({ author, blocks: 10 })
    bring({ author: 100, load: 2 })
    setPresent(...authors.slice(3), 200)
    bring({ author: 200, blocks: 9 })
    // Author 100 has written last.
    expect(blocksOf(100, 101, 102, 103)).toEqual([10, 1, 10, 10])
  })

  it('is lost by those that were never seen in the network before those that have left it', () => {
    const { setPresent, bring, blocksOf } = started()
    const seen = numbers(100, 30)
    setPresent(...seen)
    for (const author of numbers(1_000, 10)) bring({ author, blocks: 10 })
    for (const author of seen) bring({ author, blocks: 10 })
    setPresent(200)
    bring({ author: 200, blocks: 9 })
    expect(blocksOf(...seen)).toEqual(seen.map(() => 10))
  })

  it('is lost by an author of many page loads: the idlest goes', () => {
    const { setPresent, bring, blocksOf, logsOf } = started({ maxLogs: 60 })
    const quiet = numbers(100, 20)
    setPresent(...quiet.slice(0, 10))
    for (const author of quiet) bring({ author })
    for (const load of numbers(1, 500)) bring({ author: 10, load })
    expect(blocksOf(...quiet)).toEqual(quiet.map(() => 1))
    expect(logsOf(10).map(({ id }) => id)).toEqual(
      numbers(461, 40).map((load) => logIdOf({ author: fakePeerId(10), epoch: `${load}-0000000000000001` })),
    )
  })

  it('is lost by the author of most page loads before quiet ones lose their only log', () => {
    const { setPresent, bring, blocksOf } = started({ maxLogs: 60, maxLinks: 2 })
    setPresent(...numbers(100, 60))
    for (const author of numbers(100, 40)) bring({ author })
    for (const load of numbers(2, 20)) bring({ author: 130, load })
    for (const author of numbers(140, 10)) bring({ author })
    expect(blocksOf(...numbers(100, 50))).toEqual(numbers(100, 50).map((author) => (author === 130 ? 11 : 1)))
  })

  it('is lost by invented authors of one log each', () => {
    const { setPresent, bring, blocksOf, ledger } = started({ maxLogs: 60 })
    const [quiet, invented] = [numbers(100, 20), numbers(1_000, 500)]
    setPresent(...quiet)
    for (const author of quiet) bring({ author })
    for (const author of invented) bring({ author })
    expect(blocksOf(...quiet)).toEqual(quiet.map(() => 1))
    expect(ledger.logs.size).toBe(60)
  })

  it('is lost by invented authors whose single blocks are larger than all that others hold', () => {
    const { setPresent, bring, blocksOf } = started({ maxHeldBytes: 1_000_000, maxBlocks: 2_000 })
    const honest = numbers(100, 6)
    setPresent(...honest)
    for (const author of honest) bring({ author, blocks: 50, bytes: 20 })
    for (const author of numbers(1_000, 700)) bring({ author, bytes: 6_000 })
    expect(blocksOf(...honest)).toEqual(honest.map(() => 50))
  })

  it('is lost by a present author of few large blocks before small logs', () => {
    const { setPresent, bring, blocksOf } = started({ maxHeldBytes: 100_000, maxLinks: 10 })
    setPresent(10)
    for (const author of numbers(100, 20)) bring({ author, bytes: 1_000 })
    bring({ author: 10, blocks: 10, bytes: 9_000 })
    expect(blocksOf(10)).toEqual([8])
    expect(sum(blocksOf(...numbers(100, 20)))).toBe(20)
  })

  it('is shared by what is held if this node does not know who is in the network', () => {
    const { bring, blocksOf } = started({ maxBlocks: 50 })
    for (const author of numbers(100, 5)) bring({ author, blocks: 9 })
    for (const author of numbers(200, 20)) bring({ author })
    expect(blocksOf(...numbers(100, 5))).toEqual([6, 6, 6, 6, 6])
    expect(sum(blocksOf(...numbers(200, 20)))).toBe(20)
  })
})
