import { describe, expect, it } from 'vitest'
import { answerPage, kindOf, serverWithinMs } from '../../client/offline/page-requests.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'

describe('the service worker answers', () => {
  const scope = 'https://example.org/app/'

  it.each([
    ['page', 'navigate', '?id=node1&peer=node2'],
    ['page', 'navigate', 'index.html?net=class-7#token=secret'],
    ['asset', 'cors', 'assets/main-12345678.js'],
    ['other', 'navigate', 'healthz'],
    ['other', 'navigate', '../?id=node1'],
    ['other', 'cors', 'manifest.webmanifest'],
    ['other', 'cors', '../assets/main-12345678.js'],
    ['other', 'cors', 'https://example.com/app/assets/main-12345678.js'],
  ])('for a request of the kind %s: %s %s', (kind, mode, path) => {
    const url = new URL(path, scope).href
    expect(kindOf({ method: 'GET', mode: mode as RequestMode, url }, scope)).toBe(kind)
    expect(kindOf({ method: 'POST', mode: mode as RequestMode, url }, scope)).toBe('other')
  })
})

describe('a request for the page', () => {
  const [server, stored] = [new Response('server'), new Response('stored')]

  const answer = async (ask: () => Promise<Response>, kept: Response | null = stored, passMs = 0) => {
    const clock = new VirtualClock()
    const answered = answerPage({
      ask,
      stored: async () => kept ?? undefined,
      wait: (ms) => new Promise((resolve) => void clock.after(ms, () => resolve(undefined))),
    }).catch((error: unknown) => error)
    await clock.pass(passMs)
    return answered
  }

  it('is answered by the server while there is one, a refusal too', async () => {
    expect(await answer(async () => server)).toBe(server)
    const refusal = new Response('no', { status: 403 })
    expect(await answer(async () => refusal)).toBe(refusal)
  })

  it.each([
    ['can’t be reached', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['is away behind its proxy', async () => new Response('bad gateway', { status: 502 })],
    ['hangs', () => new Promise<Response>(() => {})],
  ])('is answered with the stored page where the server %s', async (_what, ask) => {
    expect(await answer(ask, stored, serverWithinMs)).toBe(stored)
  })

  it('fails as without a service worker where the browser has deleted the stored page', async () => {
    const gateway = new Response('bad gateway', { status: 502 })
    expect(await answer(async () => gateway, null)).toBe(gateway)
    expect(await answer(() => Promise.reject(new TypeError('Failed to fetch')), null)).toBeInstanceOf(TypeError)
  })
})
