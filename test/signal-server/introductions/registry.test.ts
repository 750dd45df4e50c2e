import { describe, expect, it } from 'vitest'
import type { ClusterNode } from '../../../signal-server/cluster/cluster.ts'
import type { RegisterRequest } from '../../../signal-server/shared/protocol.ts'
import { type Registration, Registry } from '../../../signal-server/introductions/registry.ts'

const limits = { names: 100, nameHoldMs: 10_000, waitersPerUpstream: 100 }

const request = (name: string, options: Partial<RegisterRequest> = {}): RegisterRequest => ({
  net: 'main',
  name,
  peerId: `key of ${name}`,
  upstreams: [],
  signature: 'good',
  ...options,
})

/** The notices that the nodes of these sockets get when a node registers. */
const deliveriesOf = (registration: Registration, event: 'upstream:online' | 'upstream:similar') =>
  registration.ok
    ? registration.deliveries.flatMap((each) => (each.event === event ? [[each.to, each.payload]] : []))
    : registration

const createRegistry = (overrides: Partial<typeof limits> = {}) => {
  const clock = { now: 0 }
  const proofs: string[] = []
  const registry = new Registry(
    { ...limits, ...overrides },
    () => clock.now,
    (socketId, { signature }) => {
      proofs.push(socketId)
      return signature === 'good'
    },
  )
  /** Registers as a server without a cluster does: refuses or registers in one step. */
  const register = (socketId: string, node: RegisterRequest): Registration => {
    const reason = registry.refusal(socketId, node)
    return reason ? { ok: false, reason } : registry.register(socketId, node, clock.now)
  }
  const remove = (socketId: string): void => registry.remove(socketId)
  const find = (net: string, name: string): ClusterNode | undefined => registry.find(net, name)
  return { registry: { register, remove, find }, clock, proofs }
}

describe('Registry', () => {
  it('checks no signature of a request that is refused anyway', () => {
    const { registry, proofs } = createRegistry()
    registry.register('s1', request('alice'))
    registry.register('s1', request('bob'))
    registry.register('s2', request('alice', { peerId: 'another' }))
    expect(proofs).toEqual(['s1'])
  })

  it('displaces nobody without a good signature', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('alice'))
    const forged = registry.register('s2', request('alice', { signature: 'bad' }))
    expect(forged).toEqual({ ok: false, reason: 'bad-signature' })
    expect(registry.find('main', 'alice')?.socketId).toBe('s1')
  })

  it('keeps the name of the new socket when the displaced one ends later', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('alice'))
    registry.register('s2', request('alice'))
    registry.remove('s1')
    expect(registry.find('main', 'alice')?.socketId).toBe('s2')
    expect(registry.register('s3', request('alice', { peerId: 'another' })).ok).toBe(false)
  })

  it('holds a name again each time its socket ends', () => {
    const { registry, clock } = createRegistry()
    registry.register('s1', request('alice'))
    registry.remove('s1')
    clock.now = 6_000
    registry.register('s2', request('alice'))
    registry.remove('s2')
    clock.now = 15_999
    const early = registry.register('s3', request('alice', { peerId: 'another' }))
    expect(early).toEqual({ ok: false, reason: 'name-reserved' })
    clock.now = 16_000
    expect(registry.register('s3', request('alice', { peerId: 'another' })).ok).toBe(true)
  })

  it('notifies a waiting node of a name that differs only by case, whichever registers later', () => {
    const { registry } = createRegistry()
    const similarOf = (registration: Registration) => deliveriesOf(registration, 'upstream:similar')
    registry.register('s1', request('bob', { upstreams: ['Alice', 'carol'] }))
    const alice = registry.register('s2', request('alice'))
    expect(similarOf(alice)).toEqual([['s1', { name: 'Alice', similar: 'alice' }]])
    const dave = registry.register('s3', request('dave', { upstreams: ['ALICE', 'alice'] }))
    expect(similarOf(dave)).toEqual([['s3', { name: 'ALICE', similar: 'alice' }]])
    expect(deliveriesOf(dave, 'upstream:online')).toMatchObject([['s3', { name: 'alice' }]])
    // The exact name is registered now, so the similar name is no longer reported.
    expect(similarOf(registry.register('s4', request('Alice')))).toEqual([['s3', { name: 'ALICE', similar: 'Alice' }]])
    expect(similarOf(registry.register('s5', request('erin', { upstreams: ['Alice'] })))).toEqual([])
    registry.remove('s2')
    registry.remove('s4')
    expect(similarOf(registry.register('s6', request('frank', { upstreams: ['aLICE'] })))).toEqual([])
  })

  it('notifies no node of its own name or of another network', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('alice', { net: 'other' }))
    const own = registry.register('s2', request('alice', { upstreams: ['Alice'] }))
    expect(own).toEqual({ ok: true, deliveries: [] })
  })

  it('bounds the names, including the held ones', () => {
    const { registry, clock } = createRegistry({ names: 2 })
    registry.register('s1', request('alice'))
    registry.register('s2', request('bob'))
    registry.remove('s2')
    expect(registry.register('s3', request('carol'))).toEqual({ ok: false, reason: 'server-full' })
    clock.now = 10_000
    expect(registry.register('s3', request('carol')).ok).toBe(true)
  })

  it('admits a known key again although the server is full', () => {
    const { registry } = createRegistry({ names: 1 })
    registry.register('s1', request('alice'))
    registry.remove('s1')
    expect(registry.register('s2', request('alice')).ok).toBe(true)
  })

  it('bounds the nodes that are notified of one upstream', () => {
    const { registry } = createRegistry({ waitersPerUpstream: 2 })
    for (const name of ['bob', 'carol', 'dave']) registry.register(name, request(name, { upstreams: ['alice'] }))
    const registration = registry.register('s1', request('alice'))
    expect(deliveriesOf(registration, 'upstream:online')).toMatchObject([
      ['bob', {}],
      ['carol', {}],
    ])
  })

  it('notifies no node that left', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('bob', { upstreams: ['alice'] }))
    registry.remove('s1')
    expect(registry.register('s2', request('alice'))).toEqual({ ok: true, deliveries: [] })
  })

  it('forgets the upstreams of a registration that was replaced', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('bob', { upstreams: ['alice'] }))
    registry.register('s2', request('bob', { upstreams: ['carol'] }))
    expect(registry.register('s3', request('alice'))).toEqual({ ok: true, deliveries: [] })
  })

  it('names an upstream once, however often the request does', () => {
    const { registry } = createRegistry()
    registry.register('s1', request('alice'))
    const registration = registry.register('s2', request('bob', { upstreams: ['alice', 'alice', 'bob'] }))
    expect(deliveriesOf(registration, 'upstream:online')).toHaveLength(1)
  })

  it('treats names of properties that every object has like any other name', () => {
    const { registry } = createRegistry()
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      expect(registry.find(name, name)).toBeUndefined()
      const named = request(name, { net: name, upstreams: [name, '__proto__'] })
      expect(registry.register(name, named).ok).toBe(true)
      expect(registry.find(name, name)?.socketId).toBe(name)
    }
  })
})
