import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { NodeError } from '../../../client/node/api/node-error.ts'
import { type NodeOptions, readNodeOptions } from '../../../client/node/create/node-options.ts'

const valid: NodeOptions = { name: 'node2', server: 'http://localhost:3000/lab/?id=x' }
const key = 'A'.repeat(43)

const errorOf = (options: Partial<NodeOptions>): NodeError => {
  try {
    readNodeOptions({ ...valid, ...options })
  } catch (error) {
    if (error instanceof NodeError) return error
    throw error
  }
  throw new Error('the options were accepted')
}

describe('the options of createNode', () => {
  it('have a network, no upstreams, and the folder of the server by default', () => {
    expect(readNodeOptions(valid)).toEqual({
      name: 'node2',
      net: 'main',
      upstreams: [],
      folder: 'http://localhost:3000/lab/',
      limits: {},
    })
  })

  it('give an archive more room, and keep the hour between expiry and deletion', () => {
    const { limits } = readNodeOptions({ ...valid, retention: { bytes: 268_435_456, days: 365 } })
    expect(limits.maxHeldBytes).toBe(268_435_456)
    expect((limits.maxBlocks ?? 0) * gossipLimits.entryBytes).toBeGreaterThanOrEqual(268_435_456)
    expect(limits.logDeletedAfterMs).toBe((365 * 24 + 1) * 3_600_000)
    expect(limits).not.toHaveProperty('logExpiresAfterMs')
  })

  it('name each upstream once, with its key if one is given', () => {
    const { upstreams } = readNodeOptions({ ...valid, upstreams: ['node1', `node1@${key}`, 'node3'] })
    expect(upstreams).toEqual([{ name: 'node1', peerId: key }, { name: 'node3' }])
  })

  it.each<[NodeError['reason'], Partial<NodeOptions>, string]>([
    ['bad-name', { name: 'node 2' }, '"node 2"'],
    ['bad-name', { name: '' }, '""'],
    ['bad-net', { net: 'a/b' }, '"a/b"'],
    ['bad-upstream', { upstreams: ['node1@key'] }, '"node1@key"'],
    ['bad-upstream', { upstreams: ['node2'] }, 'node2 is the node itself'],
    ['bad-upstream', { upstreams: [`node1@${key}`, `node1@${'A'.repeat(42)}E`] }, 'node1 is named with two keys'],
    ['bad-upstream', { upstreams: Array.from({ length: 17 }, (_, index) => `up${index}`) }, 'the limit is 8'],
    ['bad-server', { server: 'localhost:3000' }, '"localhost:3000"'],
    ['bad-server', { server: '/lab' }, '"/lab"'],
    ['bad-token', { token: '' }, '0 characters'],
    ['bad-retention', { retention: { bytes: 1_000 } }, '"1000"'],
    ['bad-retention', { retention: { days: 2 } }, '"2"'],
  ])('are refused with the reason %s: %j', (reason, options, text) => {
    const error = errorOf(options)
    expect(error.reason).toBe(reason)
    expect(error.message).toContain(text)
  })
})
