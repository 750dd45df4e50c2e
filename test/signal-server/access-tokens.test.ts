import { describe, expect, it } from 'vitest'
import { AccessTokens } from '../../signal-server/access-tokens.ts'
import { openTab, signatureOf, startSignalling } from './tab.ts'

describe('AccessTokens', () => {
  it('let everybody into any network where there are none', () => {
    expect(new AccessTokens(new Map()).admit('main', undefined)).toBe(true)
  })

  it('let into a network who has its token', () => {
    const tokens = new AccessTokens(new Map([['class-7', 'correct-horse']]))
    expect(tokens.admit('class-7', 'correct-horse')).toBe(true)
    expect(tokens.admit('class-7', 'correct-hors')).toBe(false)
    expect(tokens.admit('class-7', '')).toBe(false)
    expect(tokens.admit('class-7', undefined)).toBe(false)
  })

  it('let nobody into a network that no token is for, unless there is one for every other', () => {
    const named = new Map([['class-7', 'correct-horse']])
    expect(new AccessTokens(named).admit('main', 'correct-horse')).toBe(false)
    const tokens = new AccessTokens(new Map([...named, ['*', 'battery-staple']]))
    expect(tokens.admit('main', 'battery-staple')).toBe(true)
    expect(tokens.admit('class-7', 'battery-staple')).toBe(false)
    expect(tokens.admit('__proto__', 'battery-staple')).toBe(true)
  })
})

describe('a private server', () => {
  it('registers who brings the token, and tells the others that they have no access', async () => {
    const { port } = await startSignalling({ accessTokens: new Map([['main', 'correct-horse']]) })
    const tab = await openTab(port)
    expect(await tab.register('node1')).toEqual({ ok: false, reason: 'access-denied' })
    const request = {
      net: 'main',
      name: 'node1',
      peerId: tab.key.peerId,
      upstreams: [],
      signature: signatureOf(tab.key, tab.id, 'main', 'node1'),
    }
    expect(await tab.request('node:register', { ...request, token: 'wrong' })).toEqual({
      ok: false,
      reason: 'access-denied',
    })
    expect(await tab.request('node:register', { ...request, token: 'correct-horse' })).toEqual({ ok: true })
  })
})
