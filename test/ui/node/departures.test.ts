import { beforeEach, describe, expect, it } from 'vitest'
import type { LinkSnapshot } from '../../../client/node/api/grapevine.ts'
import { Departures, describeDepartures } from '../../../client/ui/node/departures.ts'
import { fakeLink } from '../fake-network.ts'

const link = (peer: string, parts: Partial<LinkSnapshot> = {}) => fakeLink(peer, { direction: 'downstream', ...parts })

const names = ({ list }: Departures): readonly string[] => list.map(({ peer }) => peer)

describe('a departure', () => {
  let departures: Departures

  beforeEach(() => {
    departures = new Departures()
  })

  it('is a downstream that was linked and is no longer listed, until it returns', () => {
    departures.update([link('node2'), link('node3')], 1_000)
    expect(departures.list).toEqual([])
    departures.update([link('node3')], 2_000)
    expect(departures.list).toEqual([{ peer: 'node2', until: 2_000 }])
    departures.update([link('node3')], 3_000)
    expect(departures.list).toEqual([{ peer: 'node2', until: 2_000 }])
    departures.update([link('node2'), link('node3')], 4_000)
    expect(departures.list).toEqual([])
  })

  it('is no neighbour that is still listed: a waiting upstream, or a downstream that is down for a minute', () => {
    departures.update([link('node1', { direction: 'upstream' }), link('node2')], 1_000)
    departures.update(
      [link('node1', { direction: 'upstream', state: 'waiting' }), link('node2', { state: 'down' })],
      2_000,
    )
    expect(names(departures)).toEqual([])
    // The time is that of the loss of the link, not that of the removal from the list.
    departures.update([link('node1', { direction: 'upstream', state: 'waiting' })], 62_000)
    expect(departures.list).toEqual([{ peer: 'node2', until: 2_000 }])
  })

  it('is no node that was never linked', () => {
    departures.update([link('node1', { state: 'dialling' })], 1_000)
    departures.update([], 2_000)
    expect(names(departures)).toEqual([])
  })

  it('is remembered only up to a limit', () => {
    for (let index = 0; index < 100; index += 1) departures.update([link(`node${index}`)], index)
    departures.update([], 100)
    expect(names(departures)).toHaveLength(16)
    expect(names(departures).at(-1)).toBe('node99')
  })

  it('is described with the time and what happens next', () => {
    const at = new Date(2026, 0, 1, 12, 31, 5).getTime()
    const today = new Date(at).toDateString()
    expect(describeDepartures([{ peer: 'node2', until: at }], today)).toMatch(
      /^node2 was linked until .*31.05.*\. It reconnects when its tab is open\.$/,
    )
    const both = ['node2', 'node3'].map((peer) => ({ peer, until: at }))
    expect(describeDepartures(both, today)).toMatch(/^node2 and node3 were linked until/)
  })
})
