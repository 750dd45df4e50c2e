import { describe, expect, it } from 'vitest'
import type { LogId } from '../../client/gossip/wire/block.ts'
import type { LogHeight } from '../../client/gossip/wire/envelope.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { SyncProgress } from '../../client/node/api/grapevine.ts'
import { CatchUp, catchUpLimits } from '../../client/node/catch-up.ts'
import { startNodes } from '../simulation/network/memory-network.ts'

/** The figures over what a core would know: heights held, and heights wanted. */
const start = () => {
  const held = new Map<LogId, { height: number }>()
  const wanted = new Map<LogId, number>()
  const source = {
    get wanted() {
      return wanted.size
    },
    logs: () => held,
    *wantedHeights(): Generator<LogHeight> {
      for (const [log, height] of wanted) yield { log, height }
    },
  }
  const catchUp = new CatchUp()
  return {
    hold: (log: string, height: number) => held.set(log as LogId, { height }),
    want: (log: string, height: number) => wanted.set(log as LogId, height),
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
