import { describe, expect, it } from 'vitest'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { type DialerOptions, lower, news, startDialer, startInformed, upstream } from './driven-dialer.ts'

const linked = (options: DialerOptions = {}) => {
  const started = startInformed(options)
  return { ...started, id: started.open() }
}

describe('[P8] a link that falls quiet', () => {
  it('is kept while the server sends no news', async () => {
    const { clock, dialer, attempts, id } = linked()
    dialer.setQuiet(id, true)
    await clock.pass(15_000)
    expect(attempts).toHaveLength(1)
  })

  it('is replaced once the upstream has registered anew', () => {
    const { dialer, attempts, id } = linked()
    expect(dialer.online(news())).toBe(id)
    dialer.setQuiet(id, true)
    expect(attempts).toHaveLength(2)
  })

  it('is not suspect for news before it was last heard', async () => {
    const { clock, dialer, attempts, id } = linked()
    dialer.online(news())
    dialer.setQuiet(id, false)
    await clock.pass(3_600_000)
    dialer.setQuiet(id, true)
    expect(attempts).toHaveLength(1)
  })

  it('is kept if it recovers, and the attempt at a new one ends', async () => {
    const { clock, dialer, attempts, openNow, id } = linked()
    dialer.online(news())
    dialer.setQuiet(id, true)
    dialer.setQuiet(id, false)
    expect(openNow()).toBe(0)
    await clock.pass(60_000)
    expect(attempts).toHaveLength(2)
    expect(dialer.status().phase).toBe('linked')
  })
})

describe('the end of a link', () => {
  it('with a bye is followed by no dial, even if the upstream registered anew an hour ago', async () => {
    const { clock, dialer, attempts, close, id } = linked()
    await clock.pass(60_000)
    dialer.online(news())
    await clock.pass(3_600_000)
    close(id, 'said-bye')
    expect(attempts).toHaveLength(1)
    expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'said-bye' })
  })

  it('with a bye is followed by a dial if the server has just reported the replacement', async () => {
    const { clock, dialer, attempts, close, id } = linked()
    await clock.pass(60_000)
    dialer.online(news())
    // The probe is answered by the node that is being replaced.
    dialer.setQuiet(id, false)
    await clock.pass(10)
    close(id, 'said-bye')
    expect(attempts).toHaveLength(2)
  })

  it.each([{}, { mutual: true }])(
    'that the other side aborted is followed by a dial, which tells whether it is there: %o',
    async ({ mutual = false }) => {
      const { clock, dialer, attempts, close, id } = linked()
      dialer.online(news({ mutual }))
      await clock.pass(60_000)
      const before = attempts.length
      close(id, 'aborted')
      expect(dialer.status()).toMatchObject({ phase: 'dialling' })
      await clock.pass(networkLimits.redialBaseMs)
      expect(attempts).toHaveLength(before + 1)
      attempts.at(-1)?.fail('not-there')
      expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'not-there' })
    },
  )

  it('lets an attempt under way go on, and begins no second one', async () => {
    const { clock, dialer, attempts, close, openNow, id } = linked()
    await clock.pass(20_000)
    dialer.online(news())
    dialer.setQuiet(id, true)
    close(id, 'connection-lost')
    await clock.pass(10_000)
    expect(attempts).toHaveLength(2)
    dialer.stop()
    expect(openNow()).toBe(0)
  })

  it('begins one pause in place of an earlier one', async () => {
    const { clock, dialer, attempts, close, openNow, id } = linked()
    await clock.pass(20_000)
    dialer.online(news())
    dialer.setQuiet(id, true)
    attempts.at(-1)?.fail('peer-busy')
    close(id, 'connection-lost')
    for (let passed = 0; passed < 2_000; passed += 10) {
      await clock.pass(10)
      expect(openNow()).toBeLessThanOrEqual(1)
    }
    expect(attempts).toHaveLength(3)
  })

  it('for invalid input ends an attempt to the same node too', async () => {
    const { dialer, close, openNow, id } = linked()
    dialer.online(news())
    dialer.setQuiet(id, true)
    close(id, 'misbehaved')
    expect(openNow()).toBe(0)
  })
})

describe('news of the upstream', () => {
  it('ends an attempt that went to its old socket, and dials the new one at once', async () => {
    const { clock, dialer, attempts } = startInformed()
    await clock.pass(200)
    dialer.online(news())
    expect(attempts.map(({ at, isOver }) => [at, isOver])).toEqual([
      [0, true],
      [200, false],
    ])
  })

  it('lets an attempt go on that the upstream has answered', () => {
    const { dialer, attempts } = startInformed()
    for (const attempt of attempts) attempt.isAnswered = true
    dialer.online(news())
    expect(attempts.map(({ isOver }) => isOver)).toEqual([false])
  })

  it.each(['not-there', 'no-answer'] as const)(
    '[P6] that comes all the time prompts few dials: each fails with %s',
    async (reason) => {
      const { clock, dialer, attempts } = startDialer()
      dialer.registered()
      for (let count = 0; count < 6_000; count += 1) {
        dialer.online(news())
        await clock.pass(50)
        attempts.at(-1)?.fail(reason)
        await clock.pass(50)
      }
      const minutes = clock.now() / 60_000
      expect(minutes).toBe(10)
      // 8 at once, one every 10 s, and those of the pauses: about 12 until they are a minute long, then one a minute.
      expect(attempts.length).toBeLessThanOrEqual(8 + 6 * minutes + 12 + minutes)
    },
  )

  it('is not needed after a try that the server did not pass on: the upstream still counts as registered', async () => {
    const { clock, dialer, attempts } = startInformed()
    attempts.at(-1)?.fail('server-divided')
    expect(dialer.status()).toMatchObject({ phase: 'dialling', reason: 'server-divided' })
    await clock.pass(networkLimits.redialBaseMs)
    expect(attempts).toHaveLength(2)
  })

  it('is incomplete from a divided server: an upstream without news may be registered', () => {
    const { dialer, attempts } = startDialer()
    dialer.registered()
    expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'not-there' })
    dialer.divided(true)
    expect(dialer.status()).toMatchObject({ phase: 'dialling', reason: 'server-divided' })
    dialer.online(news())
    expect(attempts).toHaveLength(1)
    attempts.at(-1)?.fail('not-there')
    expect(dialer.status().reason).toBe('server-divided')
    dialer.divided(false)
    expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'not-there' })
    // The next registration is perhaps at another part of the server, which says so again.
    dialer.divided(true)
    dialer.unregistered()
    dialer.registered()
    expect(dialer.status().reason).toBe('not-there')
  })

  it('[P6] beyond its rate does not cause dials: the pauses go on', async () => {
    const { clock, dialer, attempts } = startDialer()
    dialer.registered()
    for (let count = 0; count < 20; count += 1) {
      dialer.online(news())
      attempts.at(-1)?.fail('not-there')
    }
    dialer.online(news())
    const before = attempts.length
    await clock.pass(60_000)
    expect(attempts.length).toBe(before + 1)
  })

  it('makes the pauses short again after a minute without', async () => {
    const { clock, dialer, attempts } = startInformed()
    while (attempts.length < 14) {
      attempts.at(-1)?.fail('no-path')
      await clock.pass(60_000)
    }
    attempts.at(-1)?.fail('no-path')
    dialer.online(news())
    attempts.at(-1)?.fail('no-path')
    const before = attempts.length
    await clock.pass(networkLimits.redialBaseMs)
    expect(attempts.length).toBe(before + 1)
  })
})

describe('two nodes that name each other', () => {
  const mutual = news({ mutual: true })

  it('dial at once from the lower PeerId', () => {
    const { attempts } = startInformed({ self: lower }, mutual)
    expect(attempts).toHaveLength(1)
  })

  it('dial from the higher one if the lower has not in time', async () => {
    const { clock, dialer, attempts } = startInformed({}, mutual)
    await clock.pass(networkLimits.connectWithinMs - 1)
    expect(attempts).toHaveLength(0)
    expect(dialer.status().phase).toBe('dialling')
    await clock.pass(1)
    expect(attempts).toHaveLength(1)
    attempts[0]?.fail('peer-full')
    expect(dialer.status()).toMatchObject({ phase: 'dialling', reason: 'peer-full' })
  })

  it('dial from the higher one at once if the lower’s link counts as a downstream’s', () => {
    const { dialer, attempts, remembered, linkOf } = startInformed({ trusted: fakePeerId(77) }, mutual)
    linkOf('node1', 'downstream')
    expect(dialer.status().reason).toBe('key-changed')
    dialer.trust()
    expect(attempts).toHaveLength(1)
    expect(remembered).toEqual([fakePeerId(upstream)])
  })

  it('go on from the lower one if they dial each other at once; the higher follows if that fails', async () => {
    const winner = startInformed({ self: lower })
    expect(winner.dialer.winsGlare(fakePeerId(upstream))).toBe(true)

    const { clock, dialer, attempts, openNow } = startInformed()
    expect(dialer.winsGlare(fakePeerId(upstream))).toBe(false)
    dialer.giveWay(fakePeerId(upstream))
    expect(openNow()).toBe(0)
    await clock.pass(networkLimits.connectWithinMs)
    expect(attempts).toHaveLength(2)
  })
})

describe('two upstreams with one key', () => {
  it('share one link', () => {
    const { dialer, attempts, linkOf } = startDialer()
    linkOf('node2')
    dialer.registered()
    dialer.online(news())
    expect(attempts).toHaveLength(0)
    expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'linked-already' })
  })
})

describe('the key of an upstream', () => {
  it('is always the pinned one', () => {
    const { dialer, attempts } = startInformed({ pin: fakePeerId(77) })
    dialer.trust()
    expect(attempts).toHaveLength(0)
    expect(dialer.status()).toMatchObject({ phase: 'waiting', reason: 'wrong-key' })
  })
})
