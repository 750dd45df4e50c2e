import { describe, expect, it } from 'vitest'
import type {
  LinkSnapshot,
  NodeErrorState,
  NodeState,
  OfflineReason,
  StorageTrouble,
} from '../../../client/node/api/grapevine.ts'
import { linkLine } from '../../../client/ui/words/link-words.ts'
import { fakeLink } from '../fake-network.ts'
import { notices, problems } from './notice-context.ts'
import { describeStatus } from '../../../client/ui/page/status-words.ts'

const upstream = (peer: string, parts: Partial<LinkSnapshot>) => fakeLink(peer, { state: 'waiting', ...parts })

const alternative = { name: 'node1-2', href: '/?id=node1-2' }

/** A new state or reason does not compile until it is listed here. */
const offline: Record<OfflineReason, Extract<NodeState, { status: 'offline' }>> = {
  'server-unreachable': { status: 'offline', reason: 'server-unreachable' },
  'websocket-blocked': { status: 'offline', reason: 'websocket-blocked' },
  'upgrade-not-passed': { status: 'offline', reason: 'upgrade-not-passed' },
  'websocket-held': { status: 'offline', reason: 'websocket-held' },
  'websocket-cut': { status: 'offline', reason: 'websocket-cut', afterMs: 5_000 },
  'host-refused': { status: 'offline', reason: 'host-refused', host: 'school:3000' },
  'host-not-passed': { status: 'offline', reason: 'host-not-passed', host: '127.0.0.1:3000', origin: 'http://school' },
  'origin-rewritten': { status: 'offline', reason: 'origin-rewritten', origin: 'http://127.0.0.1:3000' },
  'origin-refused': { status: 'offline', reason: 'origin-refused', origin: 'http://school' },
  'path-not-forwarded': { status: 'offline', reason: 'path-not-forwarded', path: '/app/socket.io/', httpStatus: 404 },
  'server-refused': { status: 'offline', reason: 'server-refused' },
  'server-silent': { status: 'offline', reason: 'server-silent' },
  'name-reserved': { status: 'offline', reason: 'name-reserved' },
  'token-missing': { status: 'offline', reason: 'token-missing' },
  'access-denied': { status: 'offline', reason: 'access-denied' },
  'name-taken': { status: 'offline', reason: 'name-taken' },
}

const errors: Record<NodeErrorState['reason'], NodeErrorState> = {
  'name-open-here': { status: 'error', reason: 'name-open-here', name: 'node1', alternative },
  'name-taken': { status: 'error', reason: 'name-taken', name: 'node1', alternative },
  replaced: { status: 'error', reason: 'replaced', name: 'node1' },
  'webrtc-unavailable': { status: 'error', reason: 'webrtc-unavailable' },
  stopped: { status: 'error', reason: 'stopped' },
  fault: { status: 'error', reason: 'fault', message: 'the cellar is flooded' },
}

describe('the notices', () => {
  it('are none while there is no trouble', () => {
    expect(notices({})).toEqual([])
    expect(notices({ state: { status: 'starting' } })).toEqual([])
    expect(notices({ state: undefined })).toEqual([])
    expect(notices({ links: [upstream('node1', { state: 'up', reason: 'no-path' })] })).toEqual([])
  })

  it('say which links are disturbed on purpose, how, and offer to heal all', () => {
    const [notice, ...others] = notices({
      faults: [
        { peer: 'node3', kind: 'loss', share: 0.25, direction: 'out' },
        { peer: 'node1', kind: 'cut' },
        { peer: 'node3', kind: 'delay', ms: 200, spread: 'exponential' },
      ],
    })
    expect(others).toEqual([])
    expect(notice?.title).toBe('Links of this node are disturbed on purpose')
    expect(notice?.text).toContain(
      'node1: cut, nothing passes. node3: 25% of the frames lost, outgoing only; every frame about 200 ms later.',
    )
    expect(notice?.actions).toEqual([{ kind: 'heal', label: 'Heal all' }])
  })

  it.each([...Object.values(offline), ...Object.values(errors)])('report a node that is $status: $reason', (state) => {
    const [notice, ...others] = notices({ state })
    expect(others).toEqual([])
    expect(notice?.severity).toBe(state.status === 'error' ? 'error' : 'warning')
    expect(notice?.title.length).toBeGreaterThan(10)
    expect(notice?.text.length).toBeGreaterThan(40)
  })

  it.each(['name', 'storage', 'reserved-name'] as const)('are no errors while a node waits for: %s', (waitsFor) => {
    const state: NodeState = { status: 'starting', waitsFor }
    const [notice, ...others] = notices({ state })
    expect(others).toEqual([])
    expect(notice?.severity).not.toBe('error')
    expect(notice?.text).toContain('are sent then')
    expect(notice?.actions).toEqual([])
    expect(describeStatus(state, [], []).detail).not.toBe('one moment')
  })

  it.each(['name-open-here', 'name-taken'] as const)('offer a free name: %s', (reason) => {
    const [notice] = notices({ state: errors[reason] })
    expect(notice?.actions).toEqual([
      { kind: 'link', label: 'Use node1-2 instead', href: '/?id=node1-2', newTab: false },
    ])
    expect(notice?.text).toContain('takes over automatically')
  })

  it('show the message of a fault', () => {
    expect(notices({ state: errors.fault })[0]?.text).toContain('the cellar is flooded')
  })

  it('say how to start the server on its own machine, and whom to ask elsewhere', () => {
    const state = offline['server-unreachable']
    expect(notices({ state })[0]?.text).toContain('npm start')
    expect(notices({ state, place: 'elsewhere', host: 'school:3000' })[0]?.text).toContain(
      'ask the person who runs school:3000',
    )
  })

  it('say what to write into the proxy’s configuration for each trouble', () => {
    const textOf = (reason: OfflineReason) => notices({ state: offline[reason], host: 'school' })[0]?.text
    expect(textOf('host-not-passed')).toMatch(
      /received a request for 127\.0\.0\.1:3000.* proxy_set_header Host \$http_host;/,
    )
    expect(textOf('upgrade-not-passed')).toContain('proxy_set_header Upgrade $http_upgrade;')
    expect(textOf('websocket-cut')).toMatch(/about 5 seconds after.* proxy_read_timeout 60s;/)
    expect(textOf('websocket-held')).toContain('proxy_buffering off;')
    expect(textOf('path-not-forwarded')).toMatch(
      /school\/app\/socket\.io\/ answers with status 404.* location \/app\/ {/,
    )
    expect(textOf('origin-rewritten')).toContain('ALLOWED_ORIGINS=http://127.0.0.1:3000')
    expect(textOf('origin-refused')).toContain('ALLOWED_ORIGINS=http://school')
    // The notice stays the same while the websocket opens and closes.
    expect(notices({ state: { status: 'online', cutAfterMs: 5_000 } })).toEqual(
      notices({ state: offline['websocket-cut'] }),
    )
  })

  it('say that links still work without the server', () => {
    const links = [upstream('node1', { state: 'up' }), upstream('node2', { state: 'quiet' })]
    expect(notices({ state: offline['server-unreachable'], links })[0]?.text).toContain('2 links still work')
  })

  it('report the server once, not again for every upstream', () => {
    const links = [upstream('node1', { reason: 'server-offline' })]
    expect(notices({ state: offline['server-unreachable'], links })).toHaveLength(1)
  })

  it('give the addresses of upstreams that are not open yet, in this network', () => {
    const links = [upstream('node1', { reason: 'not-there' }), upstream('node2', { reason: 'not-there' })]
    expect(notices({ links })).toMatchObject([
      {
        severity: 'info',
        title: 'node1 and node2 are not open yet',
        actions: [
          { label: 'Open node1', href: '/?id=node1&net=class-7', newTab: true },
          { label: 'Open node2', href: '/?id=node2&net=class-7', newTab: true },
        ],
      },
    ])
  })

  it('say that a name differs from the name of an open node only in case', () => {
    const links = [
      upstream('Node1', { reason: 'not-there', similar: 'node1' }),
      upstream('node2', { reason: 'not-there' }),
    ]
    expect(notices({ links })).toMatchObject([
      {
        title: 'Node1 is not open, but node1 is',
        actions: [
          { label: 'Link to node1', href: '/?peer=node1&instead-of=Node1' },
          { label: 'Open Node1', href: '/?id=Node1&net=class-7' },
        ],
      },
      { title: 'node2 is not open yet' },
    ])
    expect(links.map((link) => linkLine(link, 'this-machine'))[0]).toContain('Not open, but node1 is')
  })

  it('give the address of an upstream that went offline', () => {
    expect(notices({ links: [upstream('node1', { state: 'down', reason: 'gone' })] })).toMatchObject([
      { title: 'node1 went offline', actions: [{ label: 'Open node1', href: '/?id=node1&net=class-7' }] },
    ])
  })

  it('leave a downstream’s troubles to its own page, unless it misbehaves', () => {
    const downstream = { peer: 'node3', direction: 'downstream', state: 'down' } as const
    expect(notices({ links: [{ ...downstream, reason: 'silent' }] })).toEqual([])
    for (const reason of ['misbehaved', 'unkept-promise'] as const) {
      expect(notices({ links: [{ ...downstream, reason }] })).toHaveLength(1)
    }
  })

  it('say once that this page has no connections left, whichever node was refused', () => {
    const [notice, ...others] = notices({
      isOutOfConnections: true,
      links: [upstream('node1', { reason: 'out-of-connections' })],
    })
    expect(others).toEqual([])
    expect(notice).toMatchObject({ severity: 'error', actions: [{ kind: 'reload' }] })
    expect(notices({ isOutOfConnections: true })).toEqual([notice])
  })

  it('do not blame the server if the name was taken meanwhile', () => {
    expect(notices({ state: offline['name-taken'] })[0]?.text).toContain('gets its name back automatically')
    expect(describeStatus(offline['name-taken'], [], []).detail).toBe('the name is taken, no links')
  })

  it('put the worst first', () => {
    const links = [upstream('node1', { reason: 'not-there' }), upstream('node2', { reason: 'key-changed' })]
    const severities = notices({ links, problems: [problems['self-upstream']] }).map(({ severity }) => severity)
    expect(severities).toEqual(['error', 'warning', 'info'])
  })

  it('say when the key is not stored, when it has changed, and when messages are not stored', () => {
    const titles = (...troubles: StorageTrouble[]): string[] =>
      notices({ storageTroubles: new Set(troubles) }).map(({ title }) => title)
    const [all] = titles('not-stored')
    const [messages] = titles('messages-not-stored')
    const [key] = titles('key-replaced')
    expect(all).toContain('neither the key of this node nor its messages')
    expect(messages).toBe('This browser no longer stores the messages of this node')
    expect(key).toBe('This node has a new key')
    expect(titles('key-replaced', 'messages-not-stored')).toEqual([key, messages])
    // There is one notice, whichever failed first.
    expect(titles('messages-not-stored', 'not-stored')).toEqual([all])
  })

  it('say which nodes know this node by a different key, and what this means', () => {
    const [notice, ...others] = notices({ distrustedBy: ['node2', 'node3'], hasNamesakes: true, isKeyNew: true })
    expect(others).toEqual([])
    expect(notice?.title).toBe('node2 and node3 know node1 under another key')
    expect(notice?.text).toContain('presses “Trust the new key”')
    expect(notice?.text).toContain('This browser had no key for the name')
    expect(notice?.text).toContain('your key begins with AAAAAA')
    const [later] = notices({ distrustedBy: ['node2'] })
    expect(later?.text).toContain('Either the data of this browser was deleted')
    expect(notices({ distrustedBy: ['node2'], peerId: '' })).toEqual([])
    const stored = new Set(['not-stored'] as const)
    const [own] = notices({ distrustedBy: ['node2'], isKeyNew: true, storageTroubles: stored })
    expect(own?.text).toContain('This browser can’t store a key')
  })

  it('report a new key as a warning if messages of a different key are held, and as an info after a reload', () => {
    expect(notices({ hasNamesakes: true, isKeyNew: true })).toMatchObject([
      { severity: 'warning', title: 'This node has a new key' },
    ])
    expect(notices({ hasNamesakes: true })).toMatchObject([
      { severity: 'info', title: 'This node holds messages of node1 under another key' },
    ])
    expect(notices({ isKeyNew: true })).toEqual([])
    const troubles = new Set(['key-lost'] as const)
    expect(notices({ hasNamesakes: true, isKeyNew: true, storageTroubles: troubles })).toHaveLength(1)
  })

  it.each(['not-stored', 'messages-not-stored', 'key-replaced', 'key-lost'] as const)('are warnings: %s', (trouble) => {
    const [notice, ...others] = notices({ storageTroubles: new Set([trouble]) })
    expect(others).toEqual([])
    expect(notice).toMatchObject({ severity: 'warning', actions: [] })
  })

  it('say as an info that a reload brings a newer version of the page', () => {
    const [notice] = notices({ isPageOld: true })
    expect(notice).toMatchObject({
      severity: 'info',
      title: 'A newer version of Grapevine is available',
      actions: [{ kind: 'reload' }],
    })
    expect(notice?.text).toContain('your messages stay')
  })

  it.each([
    ['node1\u200B', '“node1[U+200B zero width space]”'],
    ['\u202Enode', '“[U+202E right-to-left override]node”'],
    ['a\u00A0b\tc', '“a[U+00A0 no-break space]b[U+0009 tab]c”'],
    ['a\u2063\u2063b', '“a[U+2063 × 2]b”'],
    ['no de', '“no de”'],
    ['שלום', '“\u2068שלום\u2069”'],
    [`${'n'.repeat(39)}e\u0301`, `“${'n'.repeat(39)}…”`],
    ['\u200B'.repeat(300), '“[U+200B zero width space × 40]…”'],
  ])('make invisible characters of a refused name visible: %j', (value, quoted) => {
    const [notice] = notices({ problems: [{ severity: 'error', kind: 'bad-name', value }] })
    expect(notice?.title).toContain(quoted)
  })
})
