import { describe, expect, it } from 'vitest'
import type { LogId } from '../../client/gossip/block.ts'
import { gossipLimits } from '../../client/gossip/limits.ts'
import type { PeerId } from '../../client/gossip/peer-id.ts'
import { WantedLogs } from '../../client/gossip/wanted.ts'
import { fakePeerId } from '../simulation/fake-signatures.ts'

const log = 'log' as LogId
const [honest, mallory] = [fakePeerId(1), fakePeerId(2)]

describe('[P6] a log that is wanted', () => {
  it('is not asked from one who has given all that it had, nor is that one told to begin anew', () => {
    const forgotten: PeerId[] = []
    const wanted = new WantedLogs(gossipLimits, (holders) => void forgotten.push(...holders))
    wanted.note(log, 10, honest, false, 0)
    wanted.note(log, 1_000_000, mallory, false, 0)
    const asked: PeerId[] = []
    for (let now = 0; now < 10_000; now += 500) {
      for (const { from } of wanted.due(now, () => true)) {
        asked.push(from)
        if (from === honest) wanted.got(log, 10, honest, now)
      }
    }
    expect(asked).toEqual([mallory, honest])
    expect(forgotten).toEqual([mallory])
    expect(wanted.size).toBe(0)
  })
})
