import { describe, expect, it } from 'vitest'
import { parseIceServers } from '../../../signal-server/start/ice-list.ts'
import { readSettings, SettingsError } from '../../../signal-server/start/settings.ts'
import { iceUrls } from '../../ice-urls.ts'

const iceServers = (text: string) => readSettings({ ICE_SERVERS: text }).iceServers
const json = (value: unknown) => iceServers(JSON.stringify(value))

const credentials = { username: 'alice', credential: 'hunter2' }
const isTurn = (url: string) => /^turns?:/i.test(url)

describe('a url', () => {
  it.each(iceUrls)('$url is read, unless a browser refuses it: $refusedBy', ({ url, refusedBy, readAs = url }) => {
    const read = () => json([{ urls: [url], ...(isTurn(url) && credentials) }])
    if (refusedBy.length > 0) expect(read).toThrow(/^ICE_SERVERS is not valid: Entry 1: url 1[ :].*: .+\.$/)
    else expect(read()).toEqual([{ urls: [readAs], ...(isTurn(url) && credentials) }])
    if (!isTurn(url)) return
    const turn = () => readSettings({ TURN_URLS: url, TURN_SECRET: 'north' }).turn?.urls
    if (refusedBy.length > 0) expect(turn).toThrow(/^TURN_URLS is not valid: Entry 1[ :].*: .+\.$/)
    else expect(turn()).toEqual([readAs])
  })
})

describe('a list', () => {
  const stun = { urls: ['stun:stun.example.org'] }
  const turn = { urls: ['turn:turn.example.org:80', 'turns:turn.example.org:443?transport=tcp'], ...credentials }

  it.each<[string, unknown]>([
    ['RTCIceServer', [stun, turn]],
    ['one url in place of a list', [{ urls: stun.urls[0] }, turn]],
    ['an object that contains the list', { iceServers: [stun, turn] }],
    ['an API response that contains the list', { v: { iceServers: [stun, turn] }, s: 'ok' }],
    [
      'an API response with older names',
      {
        ice_servers: [
          { url: stun.urls[0], urls: stun.urls[0], username: '', credential: null },
          { url: turn.urls[0], ...turn, credentialType: 'password' },
        ],
        ttl: '86400',
        password: 'hunter2',
      },
    ],
    ['the former name of a member', [{ url: stun.urls[0] }, turn]],
    ['a bare url beside a server', [stun.urls[0], turn]],
    ['credentials that a STUN server does not need', [{ ...stun, ...credentials }, turn]],
  ])('is read from %s', (_what, value) => {
    expect(json(value)).toEqual([stun, turn])
  })

  it('is read from a single server without a list', () => {
    expect(json(turn)).toEqual([turn])
    expect(json({ iceServers: turn })).toEqual([turn])
  })

  it.each<[string, RegExp]>([
    ['stun:stun.example.org, stun:127.0.0.1:99999', /^Entry 2 \(stun:127\.0\.0\.1:99999\): .*from 1 to 65535\.$/],
    ['turn:turn.example.org', /^Entry 1 \(turn:turn\.example\.org\): .*needs a user name.*"credential":"c"/],
    [
      'turn:alice:hunter2@turn.example.org',
      /^Entry 1 \(turn:…@turn\.example\.org\): A url must not contain a user name/,
    ],
    ['stun:a.example stun:b.example', /^Entry 1 .*comma/],
    ['[{urls:stun:stun.example.org}]', /^It is not valid JSON\. .*single quotes/],
    ["[{'urls':'stun:stun.example.org'}]", /^It is not valid JSON\. .*double quotes/],
    ['{"iceServers":[],"iceTransportPolicy":"relay"}', /^iceTransportPolicy can not be set here/],
    ['{"servers":[]}', /^It is JSON, but not a list of servers/],
    ['[7]', /^Entry 1: It is not a server/],
    ['[{"urls":[]}]', /^Entry 1: It has no url/],
    ['[{"urls":["stun:a.example",7]}]', /^Entry 1: url 2: It is not a text/],
    ['[{"urls":"turn:a.example","username":"u"}]', /^Entry 1: .*needs a user name and a credential/],
    ['[{"urls":"turn:a.example","username":"u","password":"hunter2"}]', /^Entry 1: Write credential instead/],
    ['[{"urls":"turn:a.example","username":"u","credential":7}]', /^Entry 1: Its credential is not a text/],
    ['[{"urls":"turn:a.example","hunter2":"u"}]', /^Entry 1: One of its members is unknown/],
    ['[{"urls":"stun:a.example","realm":"u"}]', /^Entry 1: The member realm is unknown/],
    ['[{"urls":"turn:a.example","credentialType":"oauth"}]', /^Entry 1: .*credentialType/],
    ['[{"urls":"stun:a.example","url":"stun:b.example"}]', /^Entry 1: .*they differ/],
    [
      `[{"urls":"turn:a.example","username":"${'ü'.repeat(255)}","credential":"c"}]`,
      /^Entry 1: .*longer than 509 bytes/,
    ],
    [Array.from({ length: 8 }, () => 'stun:a.example').join(), /^It has 8 servers; the maximum is 7/],
    [`[{"urls":[${Array.from({ length: 9 }, () => '"stun:a.example"').join()}]}]`, /^Entry 1: It has 9 urls/],
  ])('%s is refused with the problem, and without a password', (text, words) => {
    expect(() => parseIceServers(text)).toThrow(words)
    expect(() => iceServers(text)).toThrow(SettingsError)
    expect(() => iceServers(text)).toThrow(/^ICE_SERVERS is not valid: [^\n]+\.$/)
    expect(() => iceServers(text)).not.toThrow(/hunter2/)
  })

  it('in TURN_URLS belongs to a TURN server', () => {
    const read = () => readSettings({ TURN_URLS: 'stun:stun.example.org', TURN_SECRET: 'north' })
    expect(read).toThrow('TURN_URLS is not valid: Entry 1 (stun:stun.example.org): It is not a TURN server.')
  })
})
