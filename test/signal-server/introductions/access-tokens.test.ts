import { describe, expect, it } from 'vitest'
import { AccessTokens } from '../../../signal-server/introductions/access-tokens.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { openTab, refused, signatureOf, startSignalling, type Tab } from '../tab.ts'

describe('AccessTokens', () => {
  it('admit everybody to any network if there are no tokens', () => {
    expect(new AccessTokens(new Map()).refusal('main', undefined)).toBeUndefined()
  })

  it('admit clients with its token to a network', () => {
    const tokens = new AccessTokens(new Map([['class-7', 'correct-horse']]))
    expect(tokens.refusal('class-7', 'correct-horse')).toBeUndefined()
    expect(tokens.refusal('class-7', 'correct-hors')).toBe('access-denied')
    expect(tokens.refusal('class-7', '')).toBe('access-denied')
    expect(tokens.refusal('class-7', undefined)).toBe('token-missing')
  })

  it('admit nobody to a network without a token, unless there is a token for all other networks', () => {
    const named = new Map([['class-7', 'correct-horse']])
    expect(new AccessTokens(named).refusal('main', 'correct-horse')).toBe('access-denied')
    const tokens = new AccessTokens(new Map([...named, ['*', 'battery-staple']]))
    expect(tokens.refusal('main', 'battery-staple')).toBeUndefined()
    expect(tokens.refusal('class-7', 'battery-staple')).toBe('access-denied')
    expect(tokens.refusal('__proto__', 'battery-staple')).toBeUndefined()
  })
})

/** A registration as node1, signed by the key. */
const requestOf = (tab: Tab, key = tab.key) => ({
  net: 'main',
  name: 'node1',
  peerId: tab.key.peerId,
  upstreams: [],
  signature: signatureOf(key, tab.id, 'main', 'node1'),
  token: 'correct-horse',
})

describe('a private server', () => {
  it('registers tabs with the token, and distinguishes a missing token from a wrong one', async () => {
    const { port } = await startSignalling({ accessTokens: new Map([['main', 'correct-horse']]) })
    const tab = await openTab(port)
    expect(await tab.register('node1')).toEqual(refused('token-missing'))
    const request = requestOf(tab)
    expect(await tab.request('node:register', { ...request, token: 'wrong' })).toEqual(refused('access-denied'))
    expect(await tab.request('node:register', request)).toEqual({ ok: true })
  })

  it('counts only tabs that may join a network towards its rate', async () => {
    const { port } = await startSignalling({
      accessTokens: new Map([['main', 'correct-horse']]),
      limits: { registrationsPerNetwork: 1 },
    })
    const stranger = await openTab(port)
    const denied = { ...requestOf(stranger), token: 'wrong' }
    expect(await stranger.request('node:register', denied)).toEqual(refused('access-denied'))
    const forged = requestOf(stranger, createKey())
    expect(await stranger.request('node:register', forged)).toEqual(refused('bad-signature'))
    const member = await openTab(port)
    expect(await member.request('node:register', requestOf(member))).toEqual({ ok: true })
    const taken = requestOf(stranger)
    expect(await stranger.request('node:register', taken)).toEqual(refused('name-taken'))
    const late = await openTab(port, member.key)
    expect(await late.request('node:register', requestOf(late))).toEqual(refused('too-many-of-network'))
  })
})
