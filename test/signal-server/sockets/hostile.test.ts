import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { silentObserver } from '../../../signal-server/shared/observer.ts'
import type { SignallingOptions } from '../../../signal-server/sockets/signalling.ts'
import { joinRawClient, openRawClient, RawClient } from '../raw-client.ts'
import { smallOrderPoints } from '../../storage/ed25519-contract.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'
import { createAttemptId, openNode, openTab, startPair, startSignalling, type Tab } from '../tab.ts'

const startWithHonestPair = async (options?: SignallingOptions) => {
  const { port, alice, bob, introduce: stillWorks } = await startPair(options)
  await bob.upstreams.next()
  return { port, alice, stillWorks }
}

describe('a websocket that sends what no tab sends is closed, and no other socket is disturbed', () => {
  it.each([
    ['an unknown engine packet', 'x'],
    ['a ping in the wrong direction', '2'],
    ['an unknown packet type', '4x'],
    ['malformed JSON', '42["node:register",{'],
    ['JSON that is not an array', '42{"a":1}'],
    ['an empty event', '42'],
    ['an event without a name', '42[]'],
    ['an event named by a number', '421[7,{}]'],
    ['an unknown event', '421["node:unregister",{}]'],
    ['an event named __proto__', '421["__proto__",{}]'],
    ['an event named error', '421["error",{}]'],
    ['a reserved event', '421["disconnect"]'],
    ['a reserved event of the emitter', '421["newListener",{}]'],
    ['an event without an ack', '42["node:register",{}]'],
    ['an event without a payload', '421["node:register"]'],
    ['an event with two payloads', '421["node:register",{},{}]'],
    ['an unrequested ack', '431[]'],
    ['a connect error', '44{}'],
    ['a second connect', '40'],
    ['a connect to another namespace', '40/admin,'],
    ['an event in another namespace', '42/admin,1["node:register",{}]'],
    ['the head of a binary event', '451-["node:register",{"_placeholder":true,"num":0}]'],
    ['a head with many attachments', '4510-["node:register"]'],
    ['a binary message', Buffer.from([1, 2, 3])],
    ['a binary message in base64', 'bAQID'],
    ['a disconnect, after which it would be idle forever', '41'],
    ['deeply nested JSON', `42["node:register",${'['.repeat(16_000)}`],
    ['a message of more than 32 KiB', `421["node:register","${'x'.repeat(32_768)}"]`],
  ])('%s', async (_, frame) => {
    const { port, stillWorks } = await startWithHonestPair()
    const mallory = await joinRawClient(port)
    mallory.send(frame)
    await mallory.closed
    await stillWorks()
  })

  it('several connects at once', async () => {
    const { port, stillWorks } = await startWithHonestPair()
    const mallory = await openRawClient(port)
    mallory.send('40', '40', '40')
    await mallory.closed
    await stillWorks()
  })

  it('a second transport for its own session', async () => {
    const { port, stillWorks } = await startWithHonestPair()
    const opened = new RawClient(port)
    const { sid } = JSON.parse((await opened.received((frame) => frame.startsWith('0'))).slice(1))
    const second = new RawClient(port, `EIO=4&transport=websocket&sid=${sid}`)
    await second.closed
    await stillWorks()
  })

  it.each(['EIO=3&transport=websocket', 'transport=websocket', 'EIO=4&transport=polling', 'EIO=4', '%zz=%'])(
    'a handshake of %s',
    async (query) => {
      const { port, stillWorks } = await startWithHonestPair()
      await new RawClient(port, query).closed
      await stillWorks()
    },
  )
})

describe('a request directly after a packet that ends its socket is not handled', () => {
  it.each([
    ['a disconnect', '41'],
    ['an unknown event', '421["node:unregister",{}]'],
  ])('%s', async (_, frame) => {
    const answered: string[] = []
    const observer = { ...silentObserver, answered: (event: string) => answered.push(event) }
    const { port } = await startSignalling({ observer })
    const mallory = await joinRawClient(port)
    mallory.send(frame, '422["node:register",{}]')
    await mallory.closed
    expect(answered).toEqual([])
  })
})

describe('an odd but harmless frame gets its refusal', () => {
  it.each([
    ['an ack id too large for a number', `42${'9'.repeat(400)}["node:register",{}]`],
    ['a payload with __proto__ as its own key', '421["node:register",{"__proto__":{"net":"main"}}]'],
    ['deep nesting that is complete', `421["node:register",${'['.repeat(8_000)}${']'.repeat(8_000)}]`],
  ])('%s', async (_, frame) => {
    const { port, stillWorks } = await startWithHonestPair()
    const mallory = await joinRawClient(port)
    const answer = mallory.received((received) => received.startsWith('43'))
    mallory.send(frame)
    expect(await answer).toContain('"malformed"')
    await stillWorks()
  })
})

describe('a flood', () => {
  const flood = (tab: Tab, count: number): Promise<unknown> =>
    Promise.race([
      tab.disconnected,
      Promise.all(Array.from({ length: count }, () => tab.offer('alice'))).then(() => tab.disconnected),
    ])

  it('of 600 offers reaches its target 8 times and ends with the socket, while an honest pair continues', async () => {
    // The clock stands still, so that no rate recovers on a slow machine.
    const { port, alice, stillWorks } = await startWithHonestPair({ now: () => 0 })
    const mallory = await openNode(port, 'mallory', ['alice'])
    let reached = 0
    alice.socket.on('signal:receive', ({ from }) => {
      if (from === 'mallory') reached += 1
    })
    await flood(mallory, 600)
    expect(reached).toBeGreaterThanOrEqual(8)
    expect(reached).toBeLessThanOrEqual(12)
    while (alice.signals.size > 0) await alice.signals.next()
    await stillWorks()
  })

  it('of registrations ends with the socket', async () => {
    const { port, stillWorks } = await startWithHonestPair()
    const mallory = await openTab(port)
    for (let sent = 0; sent < 100; sent += 1) void mallory.register('alice').catch(() => undefined)
    await mallory.disconnected
    await stillWorks()
  })

  it('of random bytes on many sockets disturbs nobody', async () => {
    const { port, stillWorks } = await startWithHonestPair()
    const random = createRandom(7, 'bytes')
    const clients = await Promise.all(Array.from({ length: 20 }, () => joinRawClient(port)))
    for (const client of clients) {
      const chars = Array.from({ length: 200 }, () => String.fromCharCode(32 + randomBelow(random, 95))).join('')
      client.send(chars, `42${chars}`, `421["signal:send",${chars}]`, Buffer.from(chars))
    }
    await Promise.all(clients.map(({ closed }) => closed))
    await stillWorks()
  })
})

describe('the Origin of a page', () => {
  it('must be this host', async () => {
    const { port } = await startSignalling()
    await openTab(port, undefined, { Origin: `http://127.0.0.1:${port}` })
    await expect(openTab(port, undefined, { Origin: 'http://evil.example' })).rejects.toThrow('websocket error')
  })

  it('may differ from the Host if it is allowed', async () => {
    const { port } = await startSignalling({ allowedOrigins: ['https://friend.example'] })
    await openTab(port, undefined, { Origin: 'https://friend.example' })
  })
})

describe('a shared http server', () => {
  it('keeps its other upgrades and requests', async () => {
    const { port, server } = await startSignalling()
    server.on('upgrade', (request, stream) => {
      if (request.url === '/hot') stream.end('HTTP/1.1 418 Mine\r\n\r\n')
    })
    const { WebSocket } = await import('ws')
    const socket = new WebSocket(`ws://127.0.0.1:${port}/hot`)
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(418)
    expect((await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`)).status).toBe(404)
  })
})

describe('a proven key', () => {
  it('must be a point of the curve', async () => {
    const { port } = await startSignalling()
    const tab = await openTab(port)
    for (const byte of [1, 2, 127, 255]) {
      const peerId = Buffer.alloc(32, byte).toString('base64url')
      const signature = Buffer.alloc(64, byte).toString('base64url')
      const request = { net: 'main', name: createAttemptId(), peerId, upstreams: [], signature }
      expect(await tab.request('node:register', request)).toEqual({ ok: false, reason: 'bad-signature' })
    }
  })

  it('is no point of small order, for which anybody can sign', async () => {
    const { port } = await startSignalling()
    for (const point of smallOrderPoints) {
      const peerId = Buffer.from(point).toString('base64url')
      const tab = await openTab(port)
      // A server without the check would accept a quarter of these, or all.
      for (const first of [0, 1]) {
        const signature = Buffer.from([first, ...Array.from({ length: 63 }, () => 0)]).toString('base64url')
        const request = { net: 'main', name: createAttemptId(), peerId, upstreams: [], signature }
        expect(await tab.request('node:register', request)).toEqual({ ok: false, reason: 'bad-signature' })
      }
    }
  })
})
