import { describe, expect, it } from 'vitest'
import { readSettings, SettingsError } from '../../signal-server/settings.ts'

describe('readSettings', () => {
  it('needs nothing', () => {
    expect(readSettings({})).toEqual({
      port: 3000,
      host: 'localhost',
      allowedOrigins: [],
      maxSocketsPerAddress: 512,
      trustedProxies: [],
      accessTokens: new Map(),
      redisUrl: undefined,
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({ PORT: '', HOST: ' ', ALLOWED_ORIGINS: '' })).toEqual(readSettings({}))
  })

  it('reads every variable, and no other', () => {
    const environment = {
      PORT: '0',
      HOST: '0.0.0.0',
      ALLOWED_ORIGINS: 'https://example.org/, http://LOCALHOST:8080,',
      MAX_SOCKETS_PER_ADDRESS: '60',
      TRUST_PROXY: 'loopback, 10.0.0.0/8',
      ACCESS_TOKENS: 'class-7:correct-horse, *:battery:staple',
      REDIS_URL: 'redis://localhost:6379',
      LOG_LEVEL: 'debug',
      METRICS_TOKEN: 'kJ8-._~+/kJ8aaaa=',
      PATH: '/bin',
    }
    expect(readSettings(environment)).toEqual({
      port: 0,
      host: '0.0.0.0',
      allowedOrigins: ['https://example.org', 'http://localhost:8080'],
      maxSocketsPerAddress: 60,
      trustedProxies: ['loopback', '10.0.0.0/8'],
      accessTokens: new Map([
        ['class-7', 'correct-horse'],
        ['*', 'battery:staple'],
      ]),
      redisUrl: 'redis://localhost:6379',
      logLevel: 'debug',
      metricsToken: 'kJ8-._~+/kJ8aaaa=',
    })
  })

  it.each(['localhost', '127.0.0.1', '::1', '::', 'my-laptop.local', 'class7'])('takes %s as a host', (host) => {
    expect(readSettings({ HOST: host }).host).toBe(host)
  })

  it.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['HOST', 'http://localhost'],
    ['HOST', 'localhost:3000'],
    ['HOST', 'two words'],
    ['HOST', '300.1.1.1'],
    ['ALLOWED_ORIGINS', 'example.org'],
    ['ALLOWED_ORIGINS', 'https://example.org/path'],
    ['ALLOWED_ORIGINS', 'https://good.example,*'],
    ['ALLOWED_ORIGINS', 'ftp://example.org'],
    ['MAX_SOCKETS_PER_ADDRESS', '0'],
    ['MAX_SOCKETS_PER_ADDRESS', '1000000'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
  ])('refuses %s=%s in one line that says what is expected', (name, value) => {
    const attempt = () => readSettings({ [name]: value })
    expect(attempt).toThrow(SettingsError)
    expect(attempt).toThrow(new RegExp(`^${name}=".*" is not valid: expected .+\\.$`))
  })

  it.each([
    ['ACCESS_TOKENS', 'correct-horse'],
    ['ACCESS_TOKENS', 'class 7:correct-horse'],
    ['ACCESS_TOKENS', 'class-7:correct horse'],
    ['ACCESS_TOKENS', `class-7:${'x'.repeat(129)}`],
    ['REDIS_URL', 'http://:hunter2@localhost'],
    ['REDIS_URL', 'localhost:6379'],
    ['METRICS_TOKEN', 'too-short'],
    ['METRICS_TOKEN', 'long enough but with blanks'],
  ])('refuses a bad %s without a word of its value', (name, value) => {
    const attempt = () => readSettings({ [name]: value })
    expect(attempt).toThrow(SettingsError)
    expect(attempt).toThrow(new RegExp(`^${name} is not valid: expected .+\\.$`))
  })
})
