import { describe, expect, it } from 'vitest'
import type { LogId } from '../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { SyncProgress } from '../../client/node/api/grapevine.ts'
import { CatchUp, catchUpLimits } from '../../client/node/catch-up.ts'
import { startLiars } from '../gossip/anti-entropy/liars.ts'
import { startNodes } from '../simulation/network/memory-network.ts'

/** The figures over what a core would know: heights held, and heights wanted. */
const start = () => {
  const held = new Map<LogId, { size: number }>()
  const wanted = new Map<LogId, number>()
  const unshown = new Set<string>()
  const source = {
    get wanted() {
      return wanted.size
    },
    logs: () => held,
    missing: () => {
      const missing = new Map<LogId, number>()
      for (const [log, height] of wanted) {
        if (!unshown.has(log)) missing.set(log, height - (held.get(log)?.size ?? 0))
      }
      return missing
    },
  }
  const catchUp = new CatchUp()
  return {
    hold: (log: string, height: number) => held.set(log as LogId, { size: height }),
    want: (log: string, height: number) => wanted.set(log as LogId, height),
    unshow: (log: string) => unshown.add(log),
    drop: (log: string) => wanted.delete(log as LogId),
    update: (now: number) => catchUp.update(source, now),
    progress: () => catchUp.progress,
  }
}

const { measureEveryMs, hopelessAfterMs } = catchUpLimits

describe('the figures of catching up', () => {
  it('count new and missing blocks over all wanted logs', () => {
    const { want, hold, update, progress } = start()
    hold('alice', 100)
    want('alice', 150)
    want('bob', 50)
    expect(update(0)).toBe(true)
    expect(progress()).toEqual({ have: 0, need: 100 })
    hold('bob', 30)
    expect(update(measureEveryMs)).toBe(true)
    expect(progress()).toEqual({ have: 30, need: 100 })
  })

  it('are measured at once when catching up begins and ends, and at intervals in between', () => {
    const { want, hold, drop, update, progress } = start()
    expect(update(0)).toBe(false)
    want('alice', 1_000)
    expect(update(1)).toBe(true)
    let updates = 0
    for (let height = 1; height < 1_000; height += 1) {
      hold('alice', height)
      if (update(1 + height)) updates += 1
    }
    expect(updates).toBe(Math.floor(999 / measureEveryMs))
    hold('alice', 1_000)
    drop('alice')
    expect(update(1_001)).toBe(true)
    expect(progress()).toEqual({ have: 1_000, need: 1_000 })
    expect(update(5_000)).toBe(false)
  })

  it('begin anew with the next catch-up', () => {
    const { want, hold, drop, update, progress } = start()
    want('alice', 10)
    update(0)
    hold('alice', 10)
    drop('alice')
    update(10)
    want('alice', 13)
    expect(update(20)).toBe(true)
    expect(progress()).toEqual({ have: 0, need: 3 })
  })

  it('never run backwards, whatever is announced, arrives, is given up or forgotten', () => {
    const { want, hold, drop, update, progress } = start()
    const seen: SyncProgress[] = []
    const look = (step: number): void => {
      update(step * measureEveryMs)
      seen.push(progress())
    }
    want('alice', 10)
    look(0)
    want('bob', 20)
    hold('alice', 5)
    look(1)
    drop('alice')
    look(2)
    hold('bob', 9)
    hold('alice', 0)
    look(3)
    want('alice', 40)
    look(4)
    hold('alice', 40)
    drop('alice')
    look(5)
    expect(seen).toEqual([
      { have: 0, need: 10 },
      { have: 5, need: 30 },
      { have: 5, need: 25 },
      { have: 14, need: 25 },
      { have: 14, need: 65 },
      { have: 54, need: 65 },
    ])
    drop('bob')
    look(6)
    expect(progress()).toEqual({ have: 54, need: 54 })
  })

  it('count no more of one log than a node can hold, whatever a neighbour claims', () => {
    const { want, update, progress } = start()
    want('alice', 10)
    want('mallory', Number.MAX_SAFE_INTEGER)
    update(0)
    expect(progress()).toEqual({ have: 0, need: 10 + gossipLimits.maxBlocks })
  })

  it('stay as they were while neighbours report what is not shown to exist', () => {
    const { want, hold, drop, unshow, update, progress } = start()
    want('alice', 10)
    update(0)
    hold('alice', 10)
    drop('alice')
    want('mallory', 40_000)
    unshow('mallory')
    for (let step = 1; step < 100; step += 1) update(step * measureEveryMs)
    expect(progress()).toEqual({ have: 10, need: 10 })
  })

  it('give up blocks that a neighbour claims and never sends', () => {
    const { want, hold, drop, update, progress } = start()
    want('mallory', 5_000)
    want('alice', 10)
    update(0)
    hold('alice', 10)
    drop('alice')
    update(hopelessAfterMs - 1)
    expect(progress().need).toBe(10 + 5_000)
    update(hopelessAfterMs + measureEveryMs)
    expect(progress()).toEqual({ have: 10, need: 10 })
    want('alice', 12)
    update(3 * hopelessAfterMs)
    expect(progress()).toEqual({ have: 0, need: 2 })
    // It comes after all.
    hold('mallory', 2_500)
    update(3 * hopelessAfterMs + measureEveryMs)
    expect(progress()).toEqual({ have: 2_500, need: 5_000 + 2 })
  })
})

describe('[P6] a neighbour that names heights that do not exist', () => {
  /** The figures of `victim` every 50 ms, and how many entries it had then. */
  const startMeasured = (length: number) => {
    const world = startLiars(length)
    const { network, victim } = world
    const catchUp = new CatchUp()
    const seen: (SyncProgress & { readonly delivered: number })[] = []
    const measure = (): void => {
      catchUp.update(victim.core, network.now)
      seen.push({ ...catchUp.progress, delivered: victim.delivered.length })
      network.after(50, measure)
    }
    measure()
    return { ...world, seen }
  }

  it('raises no figure beside an honest neighbour', () => {
    const { network, victim, honest, liars, seen } = startMeasured(30)
    network.link(victim, honest)
    network.passUntil(() => victim.core.wanted > 0)
    for (let count = 0; count < 5; count += 1) liars.add(victim, count % 2 === 0 ? 'silent' : 'more')
    network.pass(20_000)
    expect(Math.max(...seen.map(({ need }) => need))).toBe(90)
    expect(seen.at(-1)).toEqual({ have: 90, need: 90, delivered: 90 })
  })

  it('raises them for its first request alone, and hides nothing that is missing', () => {
    const length = 300
    const { network, victim, honest, liars, seen } = startMeasured(length)
    for (let count = 0; count < 5; count += 1) liars.add(victim, 'silent')
    network.pass(5_000)
    const { need, have } = seen.at(-1) ?? { need: 1, have: 0 }
    expect([victim.core.wanted, need - have]).toEqual([3, 0])
    const before = seen.length
    // Each answer takes a second.
    network.latencyMs = 500
    network.link(victim, honest)
    network.passUntil(() => victim.delivered.length === 3 * length)
    const begun = seen.slice(before).filter(({ delivered }) => delivered > 0 && delivered < 3 * length)
    expect(begun.length).toBeGreaterThan(10)
    // What the first answer brought may not count as missing. A measurement may be 200 ms old.
    const missing = 3 * length - (begun[0]?.delivered ?? 0)
    const needs = new Set(begun.slice(4).map((progress) => progress.need))
    expect(needs.size).toBe(1)
    expect([missing, 3 * length]).toContain([...needs][0])
  })
})

describe('a node that joins late', () => {
  it('reports its progress until it has everything', async () => {
    const { clock, network, nodes } = await startNodes(['node1', 'node2'], 100)
    const [node1, node2] = nodes
    for (let count = 0; count < 2_000; count += 1) await node1.node.publish(`${count} ${'x'.repeat(200)}`)
    const seen: SyncProgress[] = []
    node2.node.on('sync', (progress) => void seen.push(progress))
    expect(node2.node.sync()).toEqual({ have: 0, need: 0 })
    network.link(node2, node1)
    await clock.pass(20_000)
    expect(node2.node.entries()).toHaveLength(2_000)
    expect(seen[0]).toEqual({ have: 0, need: 2_000 })
    expect(seen.at(-1)).toEqual({ have: 2_000, need: 2_000 })
    expect(node2.node.sync()).toEqual(seen.at(-1))
    expect(seen.length).toBeGreaterThan(5)
    expect(seen.map(({ have }) => have)).toEqual(seen.map(({ have }) => have).sort((one, other) => one - other))
    expect(seen.every(({ need }) => need === 2_000)).toBe(true)
    expect(node1.node.sync()).toEqual({ have: 0, need: 0 })
  })
})
