import { describe, expect, it } from 'vitest'
import { explainLink } from '../../../../client/ui/words/link-words.ts'
import { describeIt, diagnosisOf, linkedUpstream, seen, statuses, tryOf, upstreamOf } from './diagnoses.ts'

describe('STUN and TURN', () => {
  const iceServers = { stun: 1, turn: 1, leftOut: [] }
  const counts = { host: 1, srflx: 1, prflx: 0, relay: 1 }

  it.each([
    ['were reached', tryOf({ gathered: counts }), 'ok'],
    ['have not answered yet', tryOf(), 'waiting'],
    ['did not answer', tryOf({ status: 'failed', reason: 'no-path' }), 'failed'],
  ] as const)('have the right status if they %s', (_what, latestTry, status) => {
    const diagnosis = diagnosisOf({ iceServers, upstreams: [upstreamOf({}, { isThere: true, latestTry })] })
    expect(statuses(diagnosis)['ice-servers']).toBe(status)
  })

  it('stay failed while the next try begins', () => {
    const upstream = upstreamOf({}, { isThere: true, latestTry: tryOf(), failedTries: 1 })
    expect(statuses(diagnosisOf({ iceServers, upstreams: [upstream] }))['ice-servers']).toBe('failed')
  })

  it('are not needed by a link that is up without them', () => {
    expect(statuses(diagnosisOf({ iceServers, upstreams: [linkedUpstream], linksUp: 1 }))['ice-servers']).toBe(
      'not-needed',
    )
  })
})

describe('a STUN server that this browser rejects', () => {
  const iceServers = { stun: 1, turn: 0, leftOut: ['stun:127.0.0.1:99999'] }

  it('is named even if the tab is linked', () => {
    const diagnosis = diagnosisOf({ iceServers, upstreams: [linkedUpstream], linksUp: 1 })
    expect(statuses(diagnosis)).toMatchObject({ registered: 'ok', 'ice-servers-used': 'failed', link: 'ok' })
    expect(seen(diagnosis, 'ice-servers-used')).toBe(
      'Not used, since this browser rejects it: stun:127.0.0.1:99999. The others are used.',
    )
    expect(describeIt(diagnosis)).toMatchObject({ status: 'waiting', title: '1 STUN or TURN server is not used here' })
    expect(describeIt(diagnosis).text).toContain('can correct ICE_SERVERS or TURN_URLS')
  })

  it('is named as well if no path was found', () => {
    const latestTry = tryOf({ status: 'failed', reason: 'no-path' })
    const upstreams = [upstreamOf({ reason: 'no-path' }, { isThere: true, failedTries: 1, latestTry })]
    const { title, text } = describeIt(diagnosisOf({ iceServers: { ...iceServers, stun: 0 }, upstreams }))
    expect(title).toBe(explainLink('no-path', ['node1'], 'this-machine').title)
    expect(text).toContain('This browser rejects stun:127.0.0.1:99999')
  })
})
