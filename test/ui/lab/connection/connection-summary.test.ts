import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../../../client/node/api/diagnosis.ts'
import type { LinkReason, OfflineCause } from '../../../../client/node/api/grapevine.ts'
import { explainLink } from '../../../../client/ui/words/link-words.ts'
import {
  describeIt,
  diagnosisOf,
  seen,
  statuses,
  linkedUpstream,
  tryOf,
  upstreamOf,
  withoutCandidates,
} from './diagnoses.ts'
import type { NoWebsocket, ServerContact } from '../../../../client/node/api/server-contact.ts'

const offline = (contact: ServerContact, cause: OfflineCause): Diagnosis =>
  diagnosisOf({
    state: { status: 'offline', ...cause },
    contact,
    upstreams: [upstreamOf({ state: 'waiting', reason: 'server-offline' })],
  })

const blocked = (cause: NoWebsocket): Diagnosis => offline({ ...cause, step: 'no-websocket', tries: 1 }, cause)

type Refusal = Extract<ServerContact, { step: 'refused' }>['reason']

const refused = (reason: Refusal, shown: 'server-refused' | 'server-unreachable' | 'name-taken'): Diagnosis =>
  offline({ step: 'refused', reason }, { reason: shown })

const notLinked = { there: 'pending', candidates: 'pending', link: 'pending', heartbeat: 'pending' }

describe('a linked node', () => {
  const diagnosis = diagnosisOf({ upstreams: [linkedUpstream], linksUp: 1 })

  it('passes every check that is needed', () => {
    expect(statuses(diagnosis)).toEqual({
      http: 'ok',
      websocket: 'ok',
      registered: 'ok',
      there: 'ok',
      candidates: 'ok',
      'ice-servers': 'not-needed',
      link: 'ok',
      heartbeat: 'ok',
    })
    expect(describeIt(diagnosis)).toMatchObject({ status: 'ok', title: 'Everything works' })
  })

  it('shows a newer version of the page without reporting a failure', () => {
    const summary = describeIt({ ...diagnosis, contact: { step: 'registered', isPageOld: true } })
    expect(summary).toMatchObject({ status: 'ok', title: 'A newer version of Grapevine is available' })
    expect(summary.text).toContain('linked to node1')
  })

  it('shows what each check observed', () => {
    expect(seen(diagnosis, 'registered')).toBe('node2, key KKKKKK')
    expect(seen(diagnosis, 'candidates')).toBe('Here: 2 host. From there: 1 host.')
    expect(seen(diagnosis, 'link')).toBe('Connected directly, from machine to machine (host to prflx)')
    expect(seen(diagnosis, 'heartbeat')).toBe('Round trip 3 ms')
  })

  it('keeps its passed link checks when the server is lost, and shows that the server is unreachable', () => {
    const lost = {
      ...diagnosis,
      state: { status: 'offline', reason: 'server-unreachable' },
      contact: { step: 'lost' },
    } as const
    expect(statuses(lost)).toMatchObject({ http: 'waiting', registered: 'pending', link: 'ok', heartbeat: 'ok' })
    expect(describeIt(lost)).toMatchObject({ status: 'failed', title: 'The signalling server can’t be reached' })
    expect(describeIt(lost).text).toContain('1 link still works')
  })
})

describe('the server', () => {
  it('is reported first if its WebSockets end again and again, although the node is registered at the moment', () => {
    const cut = { cutAfterMs: 5_000 }
    const diagnosis = diagnosisOf({ state: { status: 'online', ...cut }, contact: { step: 'registered', ...cut } })
    expect(statuses(diagnosis)).toMatchObject({ http: 'ok', websocket: 'failed', registered: 'ok' })
    expect(describeIt(diagnosis)).toMatchObject({
      status: 'failed',
      title: expect.stringContaining('repeatedly ends') as string,
    })
  })

  const checks = ['http', 'websocket', 'registered']

  it.each<[string, Diagnosis, string, RegExp]>([
    ['is unreachable', blocked({ reason: 'server-unreachable' }), 'http', /can’t be reached/],
    ['is blocked for WebSockets', blocked({ reason: 'websocket-blocked' }), 'websocket', /blocks WebSockets/],
    [
      'accepts no page of this origin',
      blocked({ reason: 'origin-refused', origin: 'http://school.example' }),
      'websocket',
      /does not accept pages from this address/,
    ],
    ['gets only plain requests', blocked({ reason: 'upgrade-not-passed' }), 'websocket', /into plain requests/],
    [
      'is replaced by something else that answers',
      blocked({ reason: 'path-not-forwarded', path: '/app/socket.io/', httpStatus: 404 }),
      'http',
      /Something else answers/,
    ],
    ['is full', refused('server-refused', 'server-refused'), 'registered', /refused this tab/],
    ['sends no acknowledgement', refused('no-acknowledgement', 'server-unreachable'), 'registered', /can’t be reached/],
    ['gave the name to another node', refused('name-taken', 'name-taken'), 'registered', /name was taken/],
  ])('is reported first if it %s; the later checks have no result', (_what, diagnosis, failing, title) => {
    const at = checks.indexOf(failing)
    const server = checks.map((check, index) => [check, index < at ? 'ok' : index === at ? 'failed' : 'pending'])
    expect(statuses(diagnosis)).toEqual({ ...Object.fromEntries(server), ...notLinked, 'ice-servers': 'not-needed' })
    expect(describeIt(diagnosis)).toMatchObject({ status: 'failed', title: expect.stringMatching(title) as string })
  })

  it('is waited for before its first answer', () => {
    const diagnosis = diagnosisOf({ state: { status: 'starting' }, contact: { step: 'connecting' } })
    expect(describeIt(diagnosis)).toMatchObject({ status: 'waiting', title: 'Contacting the signalling server' })
  })

  it('is not contacted for a name that is open in another tab of this browser', () => {
    const alternative = { name: 'node2-a2b', href: '/?id=node2-a2b' }
    const state = { status: 'error', reason: 'name-open-here', name: 'node2', alternative } as const
    const diagnosis = diagnosisOf({ state, contact: { step: 'none' } })
    expect(statuses(diagnosis)).toEqual({ http: 'pending', websocket: 'pending', registered: 'failed' })
    expect(describeIt(diagnosis).title).toContain('open in another tab')
  })
})

describe('an upstream', () => {
  it.each([
    ['not-there', 'waiting', 'node1 is not open yet'],
    ['gone', 'down', 'node1 went offline'],
  ] as const)('is waited for while it is not open, and no check fails: %s', (reason, state, title) => {
    const diagnosis = diagnosisOf({ upstreams: [upstreamOf({ state, reason }, { isThere: false })] })
    expect(statuses(diagnosis)).toMatchObject({ ...notLinked, there: 'waiting' })
    expect(describeIt(diagnosis)).toMatchObject({ status: 'waiting', title })
  })

  it.each<LinkReason>([
    'no-answer',
    'connect-timeout',
    'no-path',
    'connection-lost',
    'bad-signature',
    'offer-refused',
    'key-changed',
    'wrong-key',
    'linked-already',
    'peer-full',
    'peer-busy',
    'out-of-connections',
    'webrtc-failed',
    'server-divided',
    'misbehaved',
    'unkept-promise',
    'wrong-version',
    'silent',
  ])('is registered but not linked: the summary uses the text of the page for %s', (reason) => {
    const latestTry = tryOf({ status: 'failed', reason: 'no-answer' })
    const upstream = upstreamOf({ reason }, { isThere: true, failedTries: 3, failingMs: 9_000, latestTry })
    const diagnosis = diagnosisOf({ upstreams: [upstream] })
    expect(statuses(diagnosis)).toMatchObject({ there: 'ok', candidates: 'ok', link: 'failed', heartbeat: 'pending' })
    const { title, text } = explainLink(reason, ['node1'], 'this-machine')
    expect(describeIt(diagnosis)).toMatchObject({ status: 'failed', title, text })
    expect(seen(diagnosis, 'link')).toContain('3 failed tries')
  })

  it('fails its address check if the dial found no address of this machine', () => {
    // The next try has begun and has found no address yet.
    const latestTry = tryOf({ status: 'connecting', ...withoutCandidates })
    const parts = { isThere: true, failedTries: 1, isWithoutAddress: true, latestTry }
    const diagnosis = diagnosisOf({ upstreams: [upstreamOf({ reason: 'connect-timeout' }, parts)] })
    expect(statuses(diagnosis)).toMatchObject({ candidates: 'failed', link: 'failed' })
    expect(describeIt(diagnosis, false).title).toBe('This browser found no network address')
    const { title, text } = describeIt(diagnosis, true)
    expect(title).toBe('This machine has a network, but the browser found no address in it')
    expect(text).toMatch(/default route.*router.*any address of this network as the gateway.*cable.*reload this tab/)
  })

  it.each([
    ['offered', /waiting for an answer/],
    ['connecting', /looking for a path/],
    ['open', /waiting for its hello/],
  ] as const)('is waited for during the first try to connect: %s', (status, words) => {
    const upstream = upstreamOf({}, { isThere: true, latestTry: tryOf({ status }) })
    const diagnosis = diagnosisOf({ upstreams: [upstream] })
    expect(statuses(diagnosis)).toMatchObject({ there: 'ok', candidates: 'ok', link: 'waiting', heartbeat: 'pending' })
    expect(seen(diagnosis, 'link')).toMatch(words)
    expect(describeIt(diagnosis)).toMatchObject({ status: 'waiting', title: 'Connecting to node1' })
  })

  it('is waited for while it is quiet', () => {
    const upstream = { ...linkedUpstream, link: { ...linkedUpstream.link, state: 'quiet' as const } }
    const diagnosis = diagnosisOf({ upstreams: [upstream], linksUp: 1 })
    expect(statuses(diagnosis)).toMatchObject({ link: 'ok', heartbeat: 'waiting' })
    expect(describeIt(diagnosis)).toMatchObject({ status: 'waiting', title: 'node1 is quiet' })
  })

  it('is reported first if it fails, and the list keeps the order of the upstreams', () => {
    const failed = upstreamOf({ peer: 'node5', reason: 'no-path' }, { isThere: true, failedTries: 1 })
    const waiting = upstreamOf({ peer: 'node4', state: 'waiting', reason: 'not-there' }, { isThere: false })
    const diagnosis = diagnosisOf({ upstreams: [linkedUpstream, waiting, failed], linksUp: 1 })
    expect(describeIt(diagnosis).title).toBe('No network path to node5')
    const titles = describeIt(diagnosis).groups.map(({ title }) => title)
    expect(titles).toEqual(['The signalling server', 'Upstream node1', 'Upstream node4', 'Upstream node5'])
  })
})

describe('a node without upstreams', () => {
  it('is ready for others, or shows how many nodes have linked to it', () => {
    expect(describeIt(diagnosisOf())).toMatchObject({ status: 'ok', title: 'Ready for others to link to this tab' })
    expect(describeIt(diagnosisOf({ linksUp: 2 })).text).toContain('2 nodes have linked to it')
  })

  it('reports quiet links', () => {
    const { status, title, text } = describeIt(diagnosisOf({ linksUp: 2, linksQuiet: 1 }))
    expect([status, title]).toEqual(['ok', 'This tab is connected'])
    expect(text).toContain('1 downstream node is quiet')
  })
})

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
