import { describe, expect, it } from 'vitest'
import { findMistyped } from '../../../signal-server/start/mistyped-settings.ts'
import { settingNames } from '../../../signal-server/start/settings.ts'

const meantBy = (environment: Record<string, string>) =>
  findMistyped(environment, settingNames).map(({ meant }) => meant)

describe('a variable that looks like a setting', () => {
  it.each([
    ['PORTT', 'PORT'],
    ['PROT', 'PORT'],
    ['port', 'PORT'],
    ['HOSTS', 'HOST'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['ALOWED_ORIGINS', 'ALLOWED_ORIGINS'],
    ['TURN_URL', 'TURN_URLS'],
    ['TURNURLS', 'TURN_URLS'],
    ['ICE_SERVER', 'ICE_SERVERS'],
    ['REDIS_URI', 'REDIS_URL'],
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['TRUSTED_PROXY', 'TRUST_PROXY'],
    ['ACCESS_TOKEN', 'ACCESS_TOKENS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['METRIC_TOKEN', 'METRICS_TOKEN'],
    ['MAX_SOCKET_PER_ADRESS', 'MAX_SOCKETS_PER_ADDRESS'],
  ])('%s is reported as %s', (variable, setting) => {
    expect(meantBy({ [variable]: '1' })).toEqual([setting])
  })

  it('is not reported in usual environments', () => {
    const usual =
      'PATH HOME USER LOGNAME SHELL SHLVL TERM LANG LC_ALL PWD OLDPWD HOSTNAME HOSTTYPE OSTYPE EDITOR PAGER TZ TMPDIR CI NODE_ENV NODE_OPTIONS INIT_CWD COLOR npm_config_cache npm_lifecycle_event DISPLAY SSH_TTY SSH_AUTH_SOCK KUBERNETES_PORT KUBERNETES_SERVICE_HOST REDIS_PORT REDIS_HOST GITHUB_TOKEN CHROME_PATH FIREFOX_PATH INVOCATION_ID JOURNAL_STREAM MAIL _ TURN'
    expect(meantBy(Object.fromEntries(usual.split(' ').map((name) => [name, '1'])))).toEqual([])
  })

  it('is not reported if that setting is set', () => {
    expect(meantBy({ PORTT: '1', PORT: '3000' })).toEqual([])
  })
})
