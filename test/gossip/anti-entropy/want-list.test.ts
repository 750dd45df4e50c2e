import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { WantList } from '../../../client/gossip/anti-entropy/want-list.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const log = 'log' as LogId
const [honest, mallory] = [fakePeerId(1), fakePeerId(2)]

describe('[P6] [S2] a log that is wanted', () => {
  it('is not requested of a holder that has delivered all that it reported', () => {
    const forgotten: PeerId[] = []
    const wanted = new WantList(gossipLimits, (holders) => void forgotten.push(...holders))
    wanted.note(log, 10, honest, false, 0)
    wanted.note(log, 1_000_000, mallory, false, 0)
    const asked: PeerId[] = []
    for (let now = 0; now < 10_000; now += 500) {
      for (const { from } of wanted.due(now, () => true)) {
        asked.push(from)
        if (from === honest) wanted.noteHeld(log, 10, honest, now)
      }
    }
    expect(asked).toEqual([mallory, honest])
    expect(forgotten).toEqual([mallory])
    expect(wanted.size).toBe(0)
  })

  it('is not requested twice if an earlier answer had no more room, because its own answer is still to come', () => {
    const wanted = new WantList(gossipLimits, () => {})
    const [first, second, later] = ['first', 'second', 'later'] as LogId[]
    if (!first || !second || !later) throw new Error('there are three logs')
    for (const early of [first, second]) wanted.note(early, 1, honest, false, 0)
    expect([...wanted.due(0, () => true)]).toHaveLength(2)
    wanted.note(later, 1, honest, false, 10)
    expect([...wanted.due(10, () => true)].map(({ log: asked }) => asked)).toEqual([later])
    wanted.noteHeld(first, 1, honest, 20)
    wanted.continueWith(honest, 20)
    expect([...wanted.due(20, () => true)].map(({ log: asked }) => asked)).toEqual([second])
  })

  it('is requested again after frames were lost, once without blame for the holder', () => {
    const forgotten: PeerId[] = []
    const wanted = new WantList(gossipLimits, (holders) => void forgotten.push(...holders))
    wanted.note(log, 1, honest, false, 0)
    expect([...wanted.due(0, () => true)]).toHaveLength(1)
    wanted.excuse(honest, 1_000, 1_500)
    expect([...wanted.due(1_500, () => true)]).toHaveLength(1)
    // Otherwise the logs that a silent neighbour invents would stay in the list for ever.
    wanted.excuse(honest, 2_500, 3_000)
    expect([...wanted.due(3_000, () => true)]).toEqual([])
    expect([...wanted.due(3_500, () => true)]).toEqual([])
    expect([forgotten, wanted.size]).toEqual([[honest], 0])
  })
})
