import { describe, expect, it } from 'vitest'
import type { LogId } from '../../client/gossip/wire/block.ts'
import type { LogHeight } from '../../client/gossip/wire/envelope.ts'
import { gossipLimits } from '../../client/gossip/bounds/limits.ts'
import type { SyncProgress } from '../../client/node/api/grapevine.ts'
import { CatchUp, catchUpLimits } from '../../client/node/catch-up.ts'
import { MemoryNetwork } from '../simulation/network/memory-network.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

/** What a core would know: heights held, and heights wanted. */
const createSource = () => {
  const held = new Map<LogId, { height: number }>()
  const wanted = new Map<LogId, number>()
  return {
    hold: (log: string, height: number) => held.set(log as LogId, { height }),
    want: (log: string, height: number) => wanted.set(log as LogId, height),
    drop: (log: string) => wanted.delete(log as LogId),
    get wanted() {
      return wanted.size
    },
    logs: () => held,
    *wantedHeights(): Generator<LogHeight> {
      for (const [log, height] of wanted) yield { log, height }
    },
  }
}

const { measureEveryMs, hopelessAfterMs } = catchUpLimits

describe('the figures of catching up', () => {
  it('count new and missing blocks over all wanted logs', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    source.hold('alice', 100)
    source.want('alice', 150)
    source.want('bob', 50)
    expect(catchUp.update(source, 0)).toBe(true)
    expect(catchUp.progress).toEqual({ have: 0, need: 100 })
    source.hold('bob', 30)
    expect(catchUp.update(source, measureEveryMs)).toBe(true)
    expect(catchUp.progress).toEqual({ have: 30, need: 100 })
  })

  it('are measured at once when catching up begins and ends, and at intervals in between', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    expect(catchUp.update(source, 0)).toBe(false)
    source.want('alice', 1_000)
    expect(catchUp.update(source, 1)).toBe(true)
    let updates = 0
    for (let height = 1; height < 1_000; height += 1) {
      source.hold('alice', height)
      if (catchUp.update(source, 1 + height)) updates += 1
    }
    expect(updates).toBe(Math.floor(999 / measureEveryMs))
    source.hold('alice', 1_000)
    source.drop('alice')
    expect(catchUp.update(source, 1_001)).toBe(true)
    expect(catchUp.progress).toEqual({ have: 1_000, need: 1_000 })
    expect(catchUp.update(source, 5_000)).toBe(false)
  })

  it('begin anew with the next catch-up', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    source.want('alice', 10)
    catchUp.update(source, 0)
    source.hold('alice', 10)
    source.drop('alice')
    catchUp.update(source, 10)
    source.want('alice', 13)
    expect(catchUp.update(source, 20)).toBe(true)
    expect(catchUp.progress).toEqual({ have: 0, need: 3 })
  })

  it('never run backwards, whatever is announced, arrives, is given up or forgotten', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    const seen: SyncProgress[] = []
    const look = (step: number): void => {
      catchUp.update(source, step * measureEveryMs)
      seen.push(catchUp.progress)
    }
    source.want('alice', 10)
    look(0)
    source.want('bob', 20)
    source.hold('alice', 5)
    look(1)
    source.drop('alice')
    look(2)
    source.hold('bob', 9)
    source.hold('alice', 0)
    look(3)
    source.want('alice', 40)
    look(4)
    source.hold('alice', 40)
    source.drop('alice')
    look(5)
    expect(seen).toEqual([
      { have: 0, need: 10 },
      { have: 5, need: 30 },
      { have: 5, need: 25 },
      { have: 14, need: 25 },
      { have: 14, need: 65 },
      { have: 54, need: 65 },
    ])
    source.drop('bob')
    look(6)
    expect(catchUp.progress).toEqual({ have: 54, need: 54 })
  })

  it('count no more of one log than a node can hold, whatever a neighbour claims', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    source.want('alice', 10)
    source.want('mallory', Number.MAX_SAFE_INTEGER)
    catchUp.update(source, 0)
    expect(catchUp.progress).toEqual({ have: 0, need: 10 + gossipLimits.maxBlocks })
  })

  it('give up blocks that a neighbour claims and never sends', () => {
    const source = createSource()
    const catchUp = new CatchUp()
    source.want('mallory', 5_000)
    source.want('alice', 10)
    catchUp.update(source, 0)
    source.hold('alice', 10)
    source.drop('alice')
    catchUp.update(source, hopelessAfterMs - 1)
    expect(catchUp.progress.need).toBe(10 + 5_000)
    catchUp.update(source, hopelessAfterMs + measureEveryMs)
    expect(catchUp.progress).toEqual({ have: 10, need: 10 })
    source.want('alice', 12)
    catchUp.update(source, 3 * hopelessAfterMs)
    expect(catchUp.progress).toEqual({ have: 0, need: 2 })
    // It comes after all.
    source.hold('mallory', 2_500)
    catchUp.update(source, 3 * hopelessAfterMs + measureEveryMs)
    expect(catchUp.progress).toEqual({ have: 2_500, need: 5_000 + 2 })
  })
})

describe('a node that joins late', () => {
  it('reports its progress until it has everything', async () => {
    const clock = new VirtualClock()
    const network = new MemoryNetwork(clock, 100)
    const [node1, node2] = [await network.start('node1'), await network.start('node2')]
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
