import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ClusterNode } from '../../../signal-server/cluster/cluster.ts'
import { NameLeases } from '../../../signal-server/cluster/name-leases.ts'
import { RedisConnection } from '../../../signal-server/cluster/redis-connection.ts'
import { createNode } from './cluster-process.ts'
import { RedisServer } from './redis-server.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis.kill())

const nameHoldMs = 10_000

/** Two processes that send requests to the same Redis, one after the other. */
const openLeases = async () => {
  const connection = new RedisConnection(redis.url)
  onTestFinished(() => connection.close())
  connection.open()
  await expect.poll(() => connection.isOpen).toBe(true)
  const [first, second] = ['first', 'second'].map((id) => new NameLeases(connection.commands, id, nameHoldMs))
  if (!first || !second) throw new Error('no leases')
  return { first, second }
}

/** The claim of a node that registers now. */
const asNew = ({ registeredAt: _registeredAt, ...node }: ClusterNode): Omit<ClusterNode, 'registeredAt'> => node

describe('a claim of a name', () => {
  it('is later than the claim that it replaces, even within one millisecond', async () => {
    const { first, second } = await openLeases()
    const node = createNode()
    const far = (await first.claim(asNew(node))).registeredAt + 3_600_000
    await first.claim({ ...node, registeredAt: far })
    const young = { ...node, socketId: 'young' }
    expect(await second.claim(asNew(young))).toEqual({ outcome: 'claimed', registeredAt: far + 1 })
    expect(await first.claim({ ...node, registeredAt: far })).toMatchObject({ outcome: 'replaced' })
    expect(await first.find([node])).toMatchObject([{ socketId: 'young', registeredAt: far + 1 }])
  })
})

describe('a repeated claim', () => {
  it('does not get a name that its own socket has released meanwhile', async () => {
    const { first, second } = await openLeases()
    const node = createNode()
    const { registeredAt } = await first.claim(asNew(node))
    await first.release(node)
    expect(await first.claim({ ...node, registeredAt })).toMatchObject({ outcome: 'released' })
    expect(await second.find([node])).toEqual([])
    expect(await second.claim({ ...asNew(node), socketId: 'bob', peerId: 'key of bob' })).toMatchObject({
      outcome: 'reserved',
    })
  })

  it('gets back a name that nobody else has claimed', async () => {
    const { first, second } = await openLeases()
    const node = createNode()
    expect(await first.claim({ ...node, registeredAt: 1_000 })).toEqual({ outcome: 'claimed', registeredAt: 1_000 })
    expect(await first.claim({ ...node, registeredAt: 1_000 })).toEqual({ outcome: 'claimed', registeredAt: 1_000 })
    expect(await second.find([node])).toMatchObject([{ socketId: node.socketId }])
  })
})
