import type { GenericSchema } from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  protocolLimits,
  receivedSignalSchema,
  registerAnswerSchema,
  registerRequestSchema,
  renewAnswerSchema,
  renewRequestSchema,
  signalAnswerSchema,
  signalRequestSchema,
  upstreamOnlineSchema,
} from '../../../signal-server/shared/protocol.ts'
import { readPayload } from '../../../signal-server/shared/payload.ts'
import { socketHealthSchema } from '../../../signal-server/shared/socket-health.ts'

/** Counts every access to a property, an element or a length. */
const counted = (payload: unknown): { payload: unknown; looks: () => number } => {
  let looks = 0
  const wrap = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? new Proxy(value, {
          get(target, key) {
            looks += 1
            return wrap(Reflect.get(target, key))
          },
          has(target, key) {
            looks += 1
            return Reflect.has(target, key)
          },
        })
      : value
  return { payload: wrap(payload), looks: () => looks }
}

const looksAt = (schema: GenericSchema, payload: unknown): number => {
  const watched = counted(payload)
  readPayload(schema, watched.payload)
  return watched.looks()
}

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)
const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
const data = { candidates: times(protocolLimits.candidatesPerSignal, candidate) }
const step = { attempt: 'A'.repeat(22), seq: 0, data }
const peerId = 'A'.repeat(43)
const urls = times(protocolLimits.urlsPerIceServer, 'turn:turn.example.org')
const iceServers = times(protocolLimits.iceServers, { urls, username: 'u', credential: 'c' })
const upstreams = times(protocolLimits.upstreams, 'node1')

/** Each schema with the largest payload that fits it, and the parts that may be far too long. */
const payloads: Record<string, readonly [GenericSchema, object, readonly object[]]> = {
  'node:register': [
    registerRequestSchema,
    { net: 'main', name: 'node1', peerId, upstreams, signature: 'A'.repeat(86) },
    [{ upstreams: times(10_000, {}) }, { upstreams: times(10_000, 'node1') }],
  ],
  'signal:send': [
    signalRequestSchema,
    { to: 'node1', ...step },
    [{ data: { candidates: times(10_000, {}) } }, { data: { candidates: times(10_000, candidate) } }],
  ],
  'signal:receive': [
    receivedSignalSchema,
    { from: 'node1', ...step },
    [{ data: { candidates: times(10_000, candidate) } }],
  ],
  'ice:renew': [renewRequestSchema, {}, [times(10_000, {})]],
  'upstream:online': [upstreamOnlineSchema, { name: 'node1', peerId, mutual: true }, [{ name: times(10_000, {}) }]],
  'the answer to node:register': [
    registerAnswerSchema,
    { ok: true, iceServers, iceLifeMs: 60_000 },
    [{ iceServers: times(10_000, {}) }, { iceServers: [{ urls: times(10_000, 'stun:stun.example.org') }] }],
  ],
  'the answer to ice:renew': [
    renewAnswerSchema,
    { ok: true, iceServers, iceLifeMs: 60_000 },
    [{ iceServers: times(10_000, iceServers[0]) }],
  ],
  'the answer to signal:send': [
    signalAnswerSchema,
    { ok: false, reason: 'unregistered' },
    [{ reason: times(10_000, {}) }],
  ],
  'the answer to a question about a handshake': [
    socketHealthSchema,
    {
      status: 'refused',
      reason: 'draining',
      seen: { host: 'localhost', origin: null, httpVersion: '1.1', handshake: 'missing' },
    },
    [{ reason: times(10_000, {}) }],
  ],
}

describe('reading an invalid payload costs no more than reading the largest valid one', () => {
  it.each(Object.entries(payloads))('%s', (_, [schema, largest, tooLong]) => {
    expect(readPayload(schema, largest)).toBeDefined()
    const most = looksAt(schema, largest)
    for (const change of tooLong) {
      const payload = Array.isArray(change) ? change : { ...largest, ...change }
      expect(looksAt(schema, payload)).toBeLessThanOrEqual(most)
    }
  })
})
