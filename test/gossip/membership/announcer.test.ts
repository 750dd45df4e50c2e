import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { Announcer } from '../../../client/gossip/membership/announcer.ts'

/** An announcer that announced at time 0 and knows this many nodes. Its random share is the middle of the range. */
const announcerOf = (nodes: number): Announcer => {
  const announcer = new Announcer(
    gossipLimits,
    () => 0.5,
    () => nodes,
  )
  announcer.announced(0)
  return announcer
}

interface Case {
  readonly what: string
  readonly nodes?: number
  readonly linksChangedAt?: readonly number[]
  readonly ledgerChangedAt?: readonly number[]
  readonly dueAt: number
}

describe('the next announcement [N1] [N8]', () => {
  it.each<Case>([
    { what: 'after the calm interval while nothing changes', dueAt: 10_000 },
    { what: 'at once when links change', linksChangedAt: [4_000], dueAt: 4_000 },
    { what: 'at the first of several changes', linksChangedAt: [4_000, 4_100], dueAt: 4_000 },
    { what: 'at the earliest a second after the last announcement', linksChangedAt: [200], dueAt: 1_000 },
    { what: 'half a second after the ledger stopped changing', ledgerChangedAt: [4_000, 4_300], dueAt: 4_805 },
    { what: 'every 3 s while the ledger changes', ledgerChangedAt: [4_000, 5_000, 6_000, 6_900], dueAt: 7_000 },
    { what: 'later among more than a hundred nodes', nodes: 200, dueAt: 20_000 },
    {
      what: 'two seconds after the last announcement among 200 nodes',
      nodes: 200,
      linksChangedAt: [200],
      dueAt: 2_000,
    },
    {
      what: 'every 6 s while the ledger changes among 200 nodes',
      nodes: 200,
      ledgerChangedAt: [4_000, 7_000, 9_900],
      dueAt: 10_000,
    },
    {
      what: 'within a spread of 2 s when 200 ledgers stop changing at once',
      nodes: 200,
      ledgerChangedAt: [4_000],
      dueAt: 6_000,
    },
  ])('is due $what', ({ nodes = 1, linksChangedAt = [], ledgerChangedAt = [], dueAt }) => {
    const announcer = announcerOf(nodes)
    for (const at of linksChangedAt) announcer.linksChanged(at)
    for (const at of ledgerChangedAt) announcer.ledgerChanged(at)
    expect(announcer.dueAt()).toBe(dueAt)
    announcer.announced(dueAt)
    expect(announcer.dueAt()).toBe(dueAt + announcer.everyMs)
  })

  it.each([
    [1, 10_000],
    [100, 10_000],
    [150, 15_000],
    [512, 51_200],
    [5_000, 120_000],
  ])('among %i nodes comes after at most %i ms: ten announcements a second in all', (nodes, everyMs) => {
    expect(announcerOf(nodes).everyMs).toBe(everyMs)
  })

  it('is due at once at the start', () => {
    const announcer = new Announcer(
      gossipLimits,
      () => 0,
      () => 1,
    )
    expect(announcer.dueAt()).toBe(-Infinity)
  })
})
