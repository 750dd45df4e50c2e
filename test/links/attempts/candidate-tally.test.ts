import { describe, expect, it } from 'vitest'
import { CandidateTally } from '../../../client/links/attempts/candidate-tally.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'

const lineOf = (type: string, port = 50_000, address = '192.168.1.2'): string =>
  `candidate:1 1 udp 2122260223 ${address} ${port} typ ${type} generation 0 ufrag ab network-cost 10`

const none = { host: 0, srflx: 0, prflx: 0, relay: 0 }

describe('the candidates of a try', () => {
  it('are counted by type, an address hidden by mDNS as host', () => {
    const tally = new CandidateTally()
    tally.add(lineOf('host', 1, '0f3c-4b.local'))
    tally.add(lineOf('host', 2))
    tally.add(lineOf('srflx'))
    tally.add('candidate:1 1 udp 41 203.0.113.7 3478 typ relay')
    expect(tally.counts()).toEqual({ ...none, host: 2, srflx: 1, relay: 1 })
  })

  it('count once, even if repeated in the description', () => {
    const tally = new CandidateTally()
    tally.addDescription(`v=0\r\na=${lineOf('host')}\r\na=ice-ufrag:ab\r\na=${lineOf('srflx')}\r\n`)
    tally.add(lineOf('host'))
    expect(tally.counts()).toEqual({ ...none, host: 1, srflx: 1 })
  })

  it.each(['', 'candidate:1', lineOf('wormhole'), lineOf('hosts'), 'a typ hos'])('are none: %j', (candidate) => {
    const tally = new CandidateTally()
    tally.add(candidate)
    expect(tally.counts()).toEqual(none)
  })

  it('are bounded for a remote that invents many', () => {
    const tally = new CandidateTally()
    for (let port = 0; port < 5_000; port += 1) tally.add(lineOf('relay', port))
    expect(tally.counts().relay).toBe(networkLimits.talliedCandidates)
  })
})
