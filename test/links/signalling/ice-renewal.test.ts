import { describe, expect, it } from 'vitest'
import { IceRenewal } from '../../../client/links/signalling/ice-renewal.ts'
import type { ReceivedIceGrant } from '../../../signal-server/shared/protocol.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

const hour = 3_600_000

const setUp = (answers: (ReceivedIceGrant | undefined)[], random = 0.5) => {
  const clock = new VirtualClock()
  const askedAt: number[] = []
  const grants: ReceivedIceGrant[] = []
  const renewal = new IceRenewal({
    timers: clock,
    limits: { renewAgainMs: 30_000 },
    random: () => random,
    ask: async () => {
      askedAt.push(clock.now())
      return answers.shift()
    },
    renewed: (grant) => void grants.push(grant),
  })
  return { clock, renewal, askedAt, grants }
}

describe('the renewal of credentials', () => {
  it.each([
    [0, 0.5 * hour],
    [0.999, 0.74975 * hour],
  ])('comes at a random moment, well before their end: %d', async (random, at) => {
    const { clock, renewal, askedAt } = setUp([{}], random)
    renewal.granted({ iceLifeMs: hour })
    await clock.pass(hour)
    expect(askedAt).toEqual([at])
  })

  it('is tried again until the server gives credentials', async () => {
    const { clock, renewal, askedAt, grants } = setUp([undefined, undefined, { iceLifeMs: hour }])
    renewal.granted({ iceLifeMs: hour })
    await clock.pass(hour)
    const first = 0.625 * hour
    expect(askedAt).toEqual([first, first + 30_000, first + 60_000])
    expect(grants).toEqual([{ iceLifeMs: hour }])
  })

  it('is not scheduled for credentials that do not expire', async () => {
    const { clock, renewal, askedAt } = setUp([])
    renewal.granted({ iceLifeMs: hour })
    renewal.granted({ iceServers: [{ urls: ['stun:stun.example.org'] }] })
    await clock.pass(10 * hour)
    expect(askedAt).toEqual([])
  })

  it('ends with a stop, and ignores a late answer', async () => {
    const { clock, renewal, askedAt, grants } = setUp([{ iceLifeMs: hour }])
    const asked = renewal.askNow()
    renewal.stop()
    await asked
    await clock.pass(10 * hour)
    expect(askedAt).toHaveLength(1)
    expect(grants).toEqual([])
  })
})
