import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { Deadlines } from '../../../client/gossip/bounds/deadlines.ts'
import { WantList } from '../../../client/gossip/anti-entropy/want-list.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const log = 'log' as LogId
const [honest, mallory] = [fakePeerId(1), fakePeerId(2)]

/** A want list whose holders can all be asked. `forgotten`: the holders of the logs that were given up. */
const createWantList = () => {
  const deadline = new Deadlines().create(() => {})
  const wanted = new WantList(gossipLimits, deadline)
  const forgotten: PeerId[] = []
  const dueAt = (now: number) => {
    const { due, forgotten: holders } = wanted.due(now, () => true)
    for (const peers of holders) forgotten.push(...peers)
    return due
  }
  return { wanted, deadline, dueAt, forgotten }
}

describe('[P6] [S2] a log that is wanted', () => {
  it('is not requested of a holder that has delivered all that it reported', () => {
    const { wanted, dueAt, forgotten } = createWantList()
    wanted.note(log, 10, honest, false, 0)
    wanted.note(log, 1_000_000, mallory, false, 0)
    const asked: PeerId[] = []
    for (let now = 0; now < 10_000; now += 500) {
      for (const { from } of dueAt(now)) {
        asked.push(from)
        if (from === honest) wanted.noteHeld(log, 10, honest, now)
      }
    }
    expect(asked).toEqual([mallory, honest])
    expect(forgotten).toEqual([mallory])
    expect(wanted.size).toBe(0)
  })

  it('is not requested twice if an earlier answer had no more room, because its own answer is still to come', () => {
    const { wanted, dueAt } = createWantList()
    const [first, second, later] = ['first', 'second', 'later'] as LogId[]
    if (!first || !second || !later) throw new Error('there are three logs')
    for (const early of [first, second]) wanted.note(early, 1, honest, false, 0)
    expect(dueAt(0)).toHaveLength(2)
    wanted.note(later, 1, honest, false, 10)
    expect(dueAt(10).map(({ log: asked }) => asked)).toEqual([later])
    wanted.noteHeld(first, 1, honest, 20)
    wanted.continueWith(honest, 20)
    expect(dueAt(20).map(({ log: asked }) => asked)).toEqual([second])
  })

  it('is requested again after frames were lost, once without blame for the holder', () => {
    const { wanted, deadline, dueAt, forgotten } = createWantList()
    wanted.note(log, 1, honest, false, 0)
    expect(dueAt(0)).toHaveLength(1)
    wanted.excuse(honest, 1_000, 1_500)
    expect(deadline.at).toBeLessThanOrEqual(1_500)
    expect(dueAt(1_500)).toHaveLength(1)
    // Otherwise the logs that a silent neighbour invents would stay in the list for ever.
    wanted.excuse(honest, 2_500, 3_000)
    expect(dueAt(3_000)).toEqual([])
    expect(dueAt(3_500)).toEqual([])
    expect([forgotten, wanted.size]).toEqual([[honest], 0])
  })
})
