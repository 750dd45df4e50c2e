import { describe, expect, it } from 'vitest'
import { signallingLimits } from '../../../signal-server/shared/limits.ts'
import { readSettings, SettingsError, signallingOptionsOf } from '../../../signal-server/start/settings.ts'

describe('readSettings', () => {
  it('needs no variable', () => {
    expect(readSettings({})).toEqual({
      port: 3000,
      host: 'localhost',
      allowedOrigins: [],
      frameAncestors: ["'self'"],
      allowedHosts: [],
      basePath: '/',
      maxSocketsPerAddress: 512,
      trustedProxies: [],
      accessTokens: new Map(),
      redisUrl: undefined,
      iceServers: [],
      turn: undefined,
    })
  })

  it('treats an empty variable as not set', () => {
    expect(readSettings({ PORT: '', HOST: ' ', ALLOWED_ORIGINS: '' })).toEqual(readSettings({}))
  })

  it('reads every variable, and no other', () => {
    const environment = {
      PORT: '0',
      HOST: '0.0.0.0',
      ALLOWED_ORIGINS: 'https://example.org/, http://LOCALHOST:8080, https://*.School.example:443,',
      FRAME_ANCESTORS: 'self https://*.School.example',
      ALLOWED_HOSTS: 'Grapevine.example, *.Tunnel.example,2001:DB8::7',
      BASE_PATH: 'class-7/app',
      MAX_SOCKETS_PER_ADDRESS: '60',
      TRUST_PROXY: 'loopback, 10.0.0.0/8',
      ACCESS_TOKENS: 'class-7:correct-horse, *:Battery.staple_~7',
      REDIS_URL: 'redis://localhost:6379',
      LOG_LEVEL: 'debug',
      METRICS_TOKEN: 'kJ8-._~+/kJ8aaaa=',
      ICE_SERVERS: 'stun:stun.example.org:3478, stun:[::1]',
      TURN_URLS: 'turn:turn.example.org, turns:turn.example.org:5349?transport=TCP',
      TURN_SECRET: 'correct horse',
      TURN_TTL: '600',
      PATH: '/bin',
    }
    expect(readSettings(environment)).toEqual({
      port: 0,
      host: '0.0.0.0',
      allowedOrigins: ['https://example.org', 'http://localhost:8080', 'https://*.school.example'],
      frameAncestors: ["'self'", 'https://*.school.example'],
      allowedHosts: ['grapevine.example', '*.tunnel.example', '2001:db8::7'],
      basePath: '/class-7/app/',
      maxSocketsPerAddress: 60,
      trustedProxies: ['loopback', '10.0.0.0/8'],
      accessTokens: new Map([
        ['class-7', 'correct-horse'],
        ['*', 'Battery.staple_~7'],
      ]),
      redisUrl: 'redis://localhost:6379',
      logLevel: 'debug',
      metricsToken: 'kJ8-._~+/kJ8aaaa=',
      iceServers: [{ urls: ['stun:stun.example.org:3478'] }, { urls: ['stun:[::1]'] }],
      turn: {
        urls: ['turn:turn.example.org', 'turns:turn.example.org:5349?transport=tcp'],
        secret: 'correct horse',
        ttlSeconds: 600,
      },
    })
  })

  it.each(['localhost', '127.0.0.1', '::1', '::', 'my-laptop.local', 'class7'])('accepts %s as a host', (host) => {
    expect(readSettings({ HOST: host }).host).toBe(host)
  })

  it.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['BASE_PATH', 'https://example.org/app/'],
    ['BASE_PATH', '/app?/'],
    ['BASE_PATH', '/app/../'],
    ['MAX_SOCKETS_PER_ADDRESS', '0'],
    ['MAX_SOCKETS_PER_ADDRESS', '1000000'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
    ['TURN_TTL', '299'],
    ['TURN_TTL', '1 day'],
  ])('refuses %s=%s in one line that names the expected value', (name, value) => {
    const attempt = () => readSettings({ [name]: value })
    expect(attempt).toThrow(SettingsError)
    expect(attempt).toThrow(new RegExp(`^${name}=".*" is not valid: expected .+\\.$`))
  })

  it.each([
    ['HOST', 'http://localhost', /a host name or an IP address/],
    ['HOST', 'localhost:3000', /a host name or an IP address/],
    ['HOST', 'two words', /a host name or an IP address/],
    ['HOST', '300.1.1.1', /a host name or an IP address/],
    ['HOST', '224.0.0.1', /a host name or an IP address/],
    ['HOST', 'fe80::1%eth0', /no browser opens it.* Write ::/],
    ['HOST', '[::1]', /without brackets: ::1/],
    ['HOST', '*', /Write 0\.0\.0\.0/],
    ['ALLOWED_ORIGINS', 'example.org', /no scheme.* Put https:/],
    ['ALLOWED_ORIGINS', 'https://example.org/path', /Write https:\/\/example\.org/],
    ['ALLOWED_ORIGINS', 'https://good.example,*', /every page on the web/],
    ['ALLOWED_ORIGINS', 'ftp://example.org', /not an origin of http/],
    ['ALLOWED_ORIGINS', 'null', /no scheme/],
    ['ALLOWED_ORIGINS', 'http://localhost:*', /list each port/],
    ['ALLOWED_ORIGINS', 'https://app-*.example.org', /a \* in the wrong place/],
    ['ALLOWED_ORIGINS', 'https://*.org', /every domain that ends in \.org/],
    ['ALLOWED_ORIGINS', 'https://*.192.0.2.1', /before an IP address/],
    ['FRAME_ANCESTORS', '*', /every page on the web/],
    ['FRAME_ANCESTORS', "none,'self'", /Write it alone/],
    ['FRAME_ANCESTORS', 'https:', /no scheme/],
    ['FRAME_ANCESTORS', 'school.example', /no scheme/],
    ['FRAME_ANCESTORS', 'https://a.example;', /not an origin/],
    ['TRUST_PROXY', '1', /is a number.* such as 10\.0\.0\.0\/8, or loopback/],
    ['TRUST_PROXY', 'true', /is not a proxy/],
    ['TRUST_PROXY', 'loopback, nginx', /nginx is not an IP address or a range/],
    ['TRUST_PROXY', '010.0.0.1', /not an IP address/],
    ['TRUST_PROXY', '10.0.0.0/33', /not a range/],
    ['TRUST_PROXY', '0.0.0.0/0', /not a range/],
  ])('refuses %s=%s in one line that shows what to write', (name, value, words) => {
    const attempt = () => readSettings({ [name]: value })
    expect(attempt).toThrow(SettingsError)
    expect(attempt).toThrow(new RegExp(`^${name}=".*" is not valid: .*${words.source}.*\\.$`))
  })

  it.each([
    ['ACCESS_TOKENS', 'correct-horse'],
    ['ACCESS_TOKENS', ' , '],
    ['ACCESS_TOKENS', 'class-7:correct-horse,class-7:battery-staple'],
    ['ACCESS_TOKENS', 'class 7:correct-horse'],
    ['ACCESS_TOKENS', 'class-7:correct horse'],
    ['ACCESS_TOKENS', 'class-7:correct+horse'],
    ['ACCESS_TOKENS', 'class-7:100%correct'],
    ['ACCESS_TOKENS', 'class-7:horse&cart'],
    ['ACCESS_TOKENS', 'class-7:horse#1'],
    ['ACCESS_TOKENS', 'class-7:pferdestärke'],
    ['ACCESS_TOKENS', `class-7:${'x'.repeat(129)}`],
    ['REDIS_URL', 'http://:hunter2@localhost'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://localhost:6379/grapevine'],
    ['REDIS_URL', 'redis://localhost:6379/1/2'],
    ['REDIS_URL', 'redis://user:100%@localhost:6379'],
    ['METRICS_TOKEN', 'too-short'],
    ['METRICS_TOKEN', 'long enough but with blanks'],
    ['TURN_SECRET', 'x'.repeat(1_025)],
  ])('refuses a bad %s without its value', (name, value) => {
    const attempt = () => readSettings({ [name]: value })
    expect(attempt).toThrow(SettingsError)
    expect(attempt).toThrow(new RegExp(`^${name} is not valid: expected .+\\.$`))
  })

  it.each([
    [{ TURN_URLS: 'turn:turn.example.org' }, 'TURN_URLS is set, but TURN_SECRET is not. Set both or neither.'],
    [{ TURN_SECRET: 'hunter2' }, 'TURN_SECRET is set, but TURN_URLS is not. Set both or neither.'],
  ])('refuses one half of a TURN server: %j', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(new SettingsError(sentence))
  })
})

describe('signallingOptionsOf', () => {
  const limitsOf = (environment: Record<string, string>) => signallingOptionsOf(readSettings(environment)).limits

  it('allows all sockets of an address to register, whatever their maximum is', () => {
    const { registrationsPerAddress, registrationsPerNetwork, socketsPerAddress } = signallingLimits
    expect(limitsOf({ MAX_SOCKETS_PER_ADDRESS: String(4 * socketsPerAddress) })).toMatchObject({
      socketsPerAddress: 4 * socketsPerAddress,
      registrationsPerAddress: 4 * registrationsPerAddress,
      registrationsPerNetwork: 4 * registrationsPerNetwork,
    })
    expect(limitsOf({ MAX_SOCKETS_PER_ADDRESS: '1' })).toMatchObject({ socketsPerAddress: 1, registrationsPerAddress })
  })
})
