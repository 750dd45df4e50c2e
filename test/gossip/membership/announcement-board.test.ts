import { describe, expect, it } from 'vitest'
import { compareVersions, tombstoneSerial } from '../../../client/gossip/wire/announcement.ts'
import { AnnouncementBoard } from '../../../client/gossip/membership/announcement-board.ts'
import { type GossipLimits, gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { announcementOf, verifiedAnnouncement } from '../notice-samples.ts'

const [honest, mallory] = [fakePeerId(100), fakePeerId(101)]

const boardOf = (limits: Partial<GossipLimits> = {}) => {
  const board = new AnnouncementBoard(fakePeerId(1), { ...gossipLimits, ...limits })
  let now = 0
  const take = (
    author: number,
    changed: Parameters<typeof announcementOf>[1] = {},
    from = honest,
    ageMs = 0,
  ): string | undefined =>
    board.accept(verifiedAnnouncement(announcementOf(author, changed)), from, 7 as LinkId, ageMs, now)
  const pass = (ms: number): void => {
    now += ms
  }
  const serialOf = (author: number): number | undefined => board.records.get(fakePeerId(author))?.content.serial
  return { board, take, pass, serialOf, now: () => now }
}

describe('a version of an announcement', () => {
  it('is newer by its epoch’s count first, then by its serial', () => {
    const version = (epoch: string, serial: number) => ({ epoch, serial })
    const sorted = [
      version('2-00000000000000ff', 1),
      version('2-00000000000000ff', 9),
      version('10-0000000000000001', 1),
      version('10-0000000000000002', 1),
    ]
    for (let index = 1; index < sorted.length; index += 1) {
      const [older, newer] = [sorted[index - 1], sorted[index]]
      if (!older || !newer) throw new Error('four versions')
      expect(compareVersions(newer, older)).toBeGreaterThan(0)
      expect(compareVersions(older, newer)).toBeLessThan(0)
      expect(compareVersions(newer, newer)).toBe(0)
    }
  })
})

describe('the board [N2]', () => {
  it('keeps the latest announcement of each node, and refuses equal and older ones', () => {
    const { take, serialOf, pass } = boardOf()
    expect(take(2, { serial: 5 })).toBeUndefined()
    expect(take(2, { serial: 5 })).toBe('old-announcement')
    expect(take(2, { serial: 4 })).toBe('old-announcement')
    expect(serialOf(2)).toBe(5)
    pass(1_000)
    expect(take(2, { epoch: '2-0000000000000000', serial: 1 })).toBeUndefined()
    expect(take(2, { serial: 6 })).toBe('old-announcement')
    expect(serialOf(2)).toBe(1)
  })

  it('accepts no announcement of its own node, and none that is three intervals old [N5]', () => {
    const { take } = boardOf()
    expect(take(1)).toBe('old-announcement')
    expect(take(2, {}, honest, 29_999)).toBeUndefined()
    expect(take(3, {}, honest, 30_000)).toBe('old-announcement')
  })

  it('removes a node by its tombstone: no older announcement brings it back, but a new page load does', () => {
    const { take, board, pass } = boardOf()
    take(2, { serial: 5 })
    expect(take(2, { serial: tombstoneSerial })).toBeUndefined()
    expect(board.records.size).toBe(0)
    pass(300_000)
    expect(take(2, { serial: 6 })).toBe('old-announcement')
    expect(take(2, { epoch: '2-0000000000000000' })).toBeUndefined()
  })

  it.each(['1-0000000000000000', '1-0000000000000002'])(
    'accepts a page load whose count could not be stored, once the previous page load has left: %s',
    (epoch) => {
      const { take, board, serialOf } = boardOf()
      take(2, { serial: 5 })
      take(2, { serial: tombstoneSerial })
      expect(take(2, { epoch, serial: 1 })).toBeUndefined()
      expect(serialOf(2)).toBe(1)
      expect(board.latest(fakePeerId(2))?.content.epoch).toBe(epoch)
    },
  )

  it('knows which links already have an announcement', () => {
    const { take, board } = boardOf()
    take(2, { serial: 5 })
    board.noteKnown(announcementOf(2, { serial: 4 }), 8 as LinkId)
    expect([...(board.latest(fakePeerId(2))?.knownTo ?? [])]).toEqual([7])
    board.noteKnown(announcementOf(2, { serial: 5 }), 8 as LinkId)
    board.linkEnded(7 as LinkId)
    expect([...(board.latest(fakePeerId(2))?.knownTo ?? [])]).toEqual([8])
  })
})

describe('[P6] [N6] the board', () => {
  it('accepts a bounded number of announcements of one node in a second', () => {
    const { take, pass } = boardOf()
    const taken = (from: number, count: number): number =>
      Array.from({ length: count }, (_, index) => take(2, { serial: from + index })).filter((drop) => !drop).length
    expect(taken(1, 100)).toBe(gossipLimits.announcementBurst)
    pass(60_000)
    expect(taken(1_000, 100)).toBe(gossipLimits.announcementBurst)
    pass(10_000)
    // Once a second, like an honest node whose links change all the time.
    for (let second = 0; second < 30; second += 1) {
      pass(1_000)
      expect(take(2, { serial: 2_000 + second })).toBeUndefined()
    }
  })

  it('holds a bounded number of nodes, and a neighbour that invents nodes evicts only nodes that it brought', () => {
    const { take, board, now } = boardOf({ maxKnownNodes: 20 })
    for (let author = 200; author < 260; author += 1) take(author, {}, mallory)
    expect(board.records.size).toBe(20)
    expect(take(260, {}, mallory)).toBe('too-many-nodes')
    for (let author = 2; author < 12; author += 1) expect(take(author)).toBeUndefined()
    for (let author = 300; author < 400; author += 1) expect(take(author, {}, mallory)).toBe('too-many-nodes')
    expect(board.records.size).toBe(20)
    const authors = new Set(board.records.keys())
    for (let author = 2; author < 12; author += 1) expect(authors).toContain(fakePeerId(author))
    expect(board.isFull(now())).toBe(true)
  })

  it('always accepts a neighbour’s own announcement', () => {
    const { take } = boardOf({ maxKnownNodes: 5 })
    for (let author = 2; author < 12; author += 1) take(author, {}, mallory)
    expect(take(100)).toBeUndefined()
    expect(take(101, {}, mallory)).toBeUndefined()
  })

  it('remembers a bounded number of nodes that have left', () => {
    const { take, pass } = boardOf({ maxKnownNodes: 5 })
    for (let author = 2; author < 12; author += 1) {
      take(author)
      take(author, { serial: tombstoneSerial })
      pass(1_000)
    }
    // The first node is forgotten, so it could come back; the last could not.
    expect(take(2, { serial: 2 })).toBeUndefined()
    expect(take(11, { serial: 2 })).toBe('old-announcement')
  })
})
