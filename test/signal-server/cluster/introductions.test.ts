import { describe, expect, it } from 'vitest'
import { AccessTokens } from '../../../signal-server/introductions/access-tokens.ts'
import type { Cluster, ClusterNode } from '../../../signal-server/cluster/cluster.ts'
import { IceServers } from '../../../signal-server/introductions/ice-servers.ts'
import { Introductions } from '../../../signal-server/introductions/introductions.ts'
import { signallingLimits } from '../../../signal-server/shared/limits.ts'
import { silentObserver } from '../../../signal-server/shared/observer.ts'
import type { Delivery } from '../../../signal-server/introductions/outcome.ts'
import { SharedRates } from '../../../signal-server/introductions/shared-rates.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { refused, signatureOf } from '../tab.ts'

/** A cluster that answers when the test makes it answer. */
const createSlowCluster = () => {
  const claims: ((outcome: number | 'name-taken' | 'unreachable') => void)[] = []
  const released: string[] = []
  const cluster: Cluster = {
    state: 'up',
    now: () => 0,
    claim: () => new Promise((resolve) => claims.push(resolve)),
    announce: () => undefined,
    release: ({ socketId }: Pick<ClusterNode, 'socketId'>) => released.push(socketId),
    find: async () => [],
    relay: async () => undefined,
    close: async () => undefined,
  }
  return { cluster, claims, released }
}

const createIntroductions = (onDelivery: (delivery: Delivery) => void = () => undefined) => {
  const delivered: Delivery[] = []
  const { cluster, claims, released } = createSlowCluster()
  const introductions = new Introductions({
    limits: signallingLimits,
    now: () => 0,
    rates: new SharedRates(signallingLimits, undefined),
    tokens: new AccessTokens(new Map()),
    iceServers: new IceServers({ iceServers: [], turn: undefined, wallClock: () => 0 }),
    build: undefined,
    deliver: (delivery) => {
      delivered.push(delivery)
      onDelivery(delivery)
    },
    observer: silentObserver,
  })
  introductions.join(cluster)
  const ask = (socketId: string, name: string, key = createKey(), upstreams: string[] = []) =>
    introductions.register(
      socketId,
      '127.0.0.1',
      { net: 'main', name, peerId: key.peerId, upstreams, signature: signatureOf(key, socketId, 'main', name) },
      introductions.deadline(),
    )
  const register = (socketId: string, name: string, key = createKey(), upstreams: string[] = []) => {
    introductions.socketOpened(socketId)
    return ask(socketId, name, key, upstreams)
  }
  const claimed = async (count: number) => {
    await expect.poll(() => claims.length).toBe(count)
    const claim = claims[count - 1]
    if (!claim) throw new Error('no claim')
    return claim
  }
  return { introductions, ask, register, claimed, claims, released, delivered }
}

/** A first socket, s1, whose registration as node1 waits for the cluster; `settle` answers its claim. */
const createWaiting = async () => {
  const key = createKey()
  const created = createIntroductions()
  const answer = created.register('s1', 'node1', key)
  const settle = await created.claimed(1)
  return { ...created, answer, settle, key }
}

describe('a registration that waits for the cluster', () => {
  it('does not register a socket that ended meanwhile, and releases its name', async () => {
    const { introductions, released, answer, settle } = await createWaiting()
    introductions.socketEnded('s1')
    settle(1)
    expect((await answer).answer).toEqual(refused('socket-ended'))
    expect(released).toEqual(['s1'])
    expect(introductions.names).toBe(0)
  })

  it('is refused because its socket ended meanwhile, even if its name is taken', async () => {
    const { introductions, released, answer, settle } = await createWaiting()
    introductions.socketEnded('s1')
    settle('name-taken')
    expect((await answer).answer).toEqual(refused('socket-ended'))
    expect(released).toEqual([])
  })

  it('is refused if the socket ended while it was queued', async () => {
    const { introductions, ask, claims, answer: first, settle } = await createWaiting()
    settle('name-taken')
    await first
    introductions.socketEnded('s1')
    expect((await ask('s1', 'node1')).answer).toEqual(refused('socket-ended'))
    expect(claims).toHaveLength(1)
    expect(introductions.names).toBe(0)
  })

  it('is the only registration of its socket', async () => {
    const { register, answer, settle } = await createWaiting()
    expect((await register('s1', 'node2')).answer).toEqual(refused('already-registered'))
    settle(1)
    expect((await answer).answer).toEqual({ ok: true })
  })

  it('releases its name if another socket of this process got it while the cluster was out of reach', async () => {
    const { introductions, register, claimed, released, answer: late, settle: settleLate } = await createWaiting()
    const other = register('s2', 'node1')
    const settleOther = await claimed(2)
    settleOther('unreachable')
    expect((await other).answer).toEqual({ ok: true })
    settleLate(1)
    expect((await late).answer).toEqual(refused('name-taken'))
    expect(released).toEqual(['s1'])
    expect(introductions.names).toBe(1)
  })
})

describe('a node that another process registers', () => {
  const elsewhere = (name: string, peerId: string, registeredAt: number) => ({
    net: 'main',
    name,
    peerId,
    upstreams: [],
    socketId: 'far',
    registeredAt,
    processId: 'p2',
  })

  const races = [
    ['the same key registered later', true, 2, 'node:replaced'],
    ['the same key registered earlier', true, 0, undefined],
    ['another key registered earlier', false, 0, 'name-lost'],
    ['another key registered later', false, 2, undefined],
  ] as const

  it.each(races)(
    '%s: before its own claim is answered, this socket ends or stays',
    async (_, isSameKey, registeredAt, event) => {
      const { introductions, answer, settle, key } = await createWaiting()
      introductions.registered([elsewhere('node1', isSameKey ? key.peerId : createKey().peerId, registeredAt)])
      settle(1)
      const expected = {
        'node:replaced': { answer: { ok: true }, deliveries: [{ to: 's1', event: 'node:replaced' }] },
        'name-lost': { answer: refused('name-taken') },
        none: { answer: { ok: true }, deliveries: [] },
      }
      expect(await answer).toMatchObject(expected[event ?? 'none'])
      expect(introductions.names).toBe(event ? 0 : 1)
    },
  )

  it.each(races)('%s: this socket ends or stays', async (_, isSameKey, registeredAt, event) => {
    const { introductions, delivered, answer, settle, key } = await createWaiting()
    settle(1)
    await answer
    introductions.registered([elsewhere('node1', isSameKey ? key.peerId : createKey().peerId, registeredAt)])
    expect(delivered).toEqual(event ? [{ to: 's1', event }] : [])
    expect(introductions.names).toBe(event ? 0 : 1)
  })

  it('is announced to every waiting node, even if one of them is ended by its notice', async () => {
    const { introductions, register, claimed, claims, delivered } = createIntroductions(({ to }) =>
      introductions.socketEnded(to),
    )
    const answers = ['bob', 'carol'].map((name) => register(name, name, createKey(), ['alice']))
    await claimed(2)
    for (const settle of claims) settle(1)
    await Promise.all(answers)
    introductions.registered([elsewhere('alice', createKey().peerId, 2)])
    expect(delivered.map(({ to, event }) => [to, event])).toEqual([
      ['bob', 'upstream:online'],
      ['carol', 'upstream:online'],
    ])
    expect(introductions.names).toBe(0)
  })
})
