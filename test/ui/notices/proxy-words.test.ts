import { describe, expect, it } from 'vitest'
import { isAllowedOrigin } from '../../../signal-server/sockets/admission.ts'
import { readSettings } from '../../../signal-server/start/settings.ts'
import { describeProxyTrouble, type ProxyTrouble } from '../../../client/ui/notices/proxy-words.ts'

interface Tunnel {
  readonly what: string
  /** The headers that the server receives from the page at https://space-3000.example.dev. */
  readonly seen: { readonly host: string; readonly origin: string }
  readonly trouble: ProxyTrouble
}

const page = 'https://space-3000.example.dev'

const tunnels: readonly Tunnel[] = [
  {
    what: 'the Host',
    seen: { host: 'localhost:3000', origin: page },
    trouble: { reason: 'host-not-passed', host: 'localhost:3000', origin: page },
  },
  {
    what: 'the Origin',
    seen: { host: 'space-3000.example.dev', origin: 'http://localhost:3000' },
    trouble: { reason: 'origin-rewritten', origin: 'http://localhost:3000' },
  },
  {
    what: 'both, each to another value',
    seen: { host: 'localhost:3000', origin: 'http://127.0.0.1:3000' },
    trouble: { reason: 'origin-rewritten', origin: 'http://127.0.0.1:3000' },
  },
]

describe('a tunnel to a cloud workspace', () => {
  it.each(tunnels)('that rewrites $what gets advice that makes the server accept it', ({ seen, trouble }) => {
    expect(isAllowedOrigin(seen, readSettings({}).allowedOrigins)).toBe(false)
    const { text } = describeProxyTrouble(trouble, 'space-3000.example.dev')
    const advised = /ALLOWED_ORIGINS=(\S+?)\.(?:\s|$)/.exec(text)?.[1]
    expect(isAllowedOrigin(seen, readSettings({ ALLOWED_ORIGINS: advised }).allowedOrigins)).toBe(true)
  })
})
