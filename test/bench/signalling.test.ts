import { expect, it } from 'vitest'
import { measureIdleMemory } from './signalling/idle-memory.ts'
import { measureIntroductions } from './signalling/introductions.ts'

const setting = { tabs: 10, warmUp: 10, perTurn: 10, turns: 1, atOnce: 2 }
const references = ['peerjs', 'socket.io-released', 'ws'] as const

it('the benchmark measures an introduction with every kind of client', async () => {
  const costs = await measureIntroductions(setting, references)
  expect(costs.map(({ kind, messages }) => [kind, messages])).toEqual([
    ['peerjs', 14],
    ['socket.io-released', 2],
    ['ws', 2],
  ])
  for (const { perCpuSecond } of costs) expect(perCpuSecond).toBeGreaterThan(0)
})

it('the benchmark measures a silent tab', async () => {
  const [bare] = await measureIdleMemory({ before: 10, tabs: 10 }, ['ws'])
  expect(bare?.heap).toBeGreaterThan(0)
})
