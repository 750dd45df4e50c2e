import { expect, it } from 'vitest'
import { GreedyClients } from './greedy-clients.ts'
import { joinRawClient } from '../raw-client.ts'
import { ask, startMeasuredServer } from '../running-server.ts'
import { introduce, openNode } from '../tab.ts'
import { maskedFrame, upgradeRequest } from '../websocket-bytes.ts'

const token = 'a-token-of-some-length'

const megabyteOf = (frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(1_048_576 / frame.length) }, () => frame))

const worstSignal = `421["signal:send",{"to":"a","attempt":"${'A'.repeat(22)}","seq":0,"data":{"candidates":[${'{},'.repeat(10_000)}{}]}}]`

/** The frames that a client can send fastest, or that cost the server most. */
const greedyFrames = [
  maskedFrame(9, 0),
  maskedFrame(9, 125),
  maskedFrame(10, 0),
  maskedFrame(1, '3'),
  Buffer.concat([maskedFrame(1, '3', false), maskedFrame(0, '3', true)]),
  maskedFrame(1, worstSignal),
]

it('50 sockets that send without pause cost little CPU time and memory, and an honest pair is introduced meanwhile', async () => {
  const connections = 50
  const server = await startMeasuredServer({ METRICS_TOKEN: token })
  const { port } = server
  let pairs = 0
  const meet = async (): Promise<void> => {
    const [first, second] = [`first${pairs}`, `second${pairs}`]
    pairs += 1
    const alice = await openNode(port, first)
    const bob = await openNode(port, second, [first])
    await introduce(bob, alice, second, first)
  }
  // Twice: what the engine needs for its first introductions is no cost of the flood.
  await meet()
  await meet()
  const [memory, cpu] = [await server.ask('memory'), await server.ask('cpu')]

  const greedy = new GreedyClients({
    port,
    localAddress: '127.0.0.2',
    connections,
    opening: upgradeRequest,
    flood: greedyFrames.map(megabyteOf),
    isReading: true,
  })
  await greedy.began(connections)
  // What is in use after a garbage collection: a busy machine collects late, which is no cost of the flood.
  const during = [await server.ask('memory')]
  await meet()
  during.push(await server.ask('memory'))
  await greedy.ended(connections)
  await meet()
  // CPU time, since load hardly changes it. Without bounds, the server parses everything that arrives before it comes to
  // the honest pair, for as long as the flood lasts.
  expect((await server.ask('cpu')).micros - cpu.micros).toBeLessThan(5_000_000)
  for (const { heap } of during) expect(heap - memory.heap).toBeLessThan(16 * 1_048_576)
  const metrics = (await ask(port, '/metrics', { authorization: `Bearer ${token}` })).text
  const countOf = (series: string): number => Number(metrics.split(`\n${series} `)[1]?.split('\n')[0])
  expect(countOf('grapevine_sockets_held_back_total')).toBeGreaterThan(0)
  expect(countOf('grapevine_connections_ended_total{reason="flood"}')).toBeGreaterThan(connections / 2)
}, 120_000)

it('the worst frame of every event costs little', async () => {
  const server = await startMeasuredServer()
  // As many as an unregistered socket may send at once.
  const frames = 3
  const fill = (item: string): string => `[${`${item},`.repeat(Math.floor(32_000 / (item.length + 1)))}${item}]`
  const worst = {
    'node:register': [`{"upstreams":${fill('0')}}`, `{"upstreams":${fill('{}')}}`, `{"name":"${'a'.repeat(32_000)}"}`],
    'signal:send': [
      `{"data":{"candidates":${fill('{}')}}}`,
      `{"data":{"candidates":${fill('0')}}}`,
      `{"to":"a","attempt":"${'A'.repeat(22)}","seq":0,"data":{"candidates":${fill('{}')}}}`,
    ],
    'ice:renew': [fill('0'), `{"a":${fill('{}')}}`],
  }
  for (const [event, payloads] of Object.entries(worst)) {
    for (const payload of payloads) {
      const client = await joinRawClient(server.port)
      const answered = client.received((frame) => frame.startsWith(`43${frames}[`))
      const before = await server.ask('cpu')
      for (let id = 1; id <= frames; id += 1) client.send(`42${id}["${event}",${payload}]`)
      await answered
      const after = await server.ask('cpu')
      // A frame takes about 2 ms. A check that lists every mismatch would take 180 ms.
      expect((after.micros - before.micros) / 1_000 / frames, `${event} ${payload.slice(0, 60)}`).toBeLessThan(30)
      client.socket.terminate()
    }
  }
})
