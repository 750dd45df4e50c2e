import { measureFullHouse } from './full-house.ts'
import { measureIdleMemory } from './idle-memory.ts'
import { measureIntroductions } from './introductions.ts'
import { measureReturn } from './return-of-all.ts'

export const settings = {
  whole: {
    introductions: { tabs: 200, warmUp: 2_000, perTurn: 2_000, turns: 4, atOnce: 32 },
    memory: { before: 200, tabs: 2_000 },
    fullHouse: 5_000,
    returning: 1_000,
    away: [1, 12],
  },
  quick: {
    introductions: { tabs: 20, warmUp: 100, perTurn: 100, turns: 2, atOnce: 8 },
    memory: { before: 20, tabs: 100 },
    fullHouse: 100,
    returning: 50,
    away: [1],
  },
} as const

export const measureSignalling = async ({
  introductions,
  memory,
  fullHouse,
  returning,
  away,
}: (typeof settings)[keyof typeof settings]) => {
  const costs = await measureIntroductions(introductions)
  const idle = await measureIdleMemory(memory)
  const house = await measureFullHouse(fullHouse)
  const returns = []
  for (const seconds of away) returns.push(await measureReturn(returning, seconds))
  return { introductions: costs, idleMemory: idle, fullHouse: house, returns }
}

export type SignallingResult = Awaited<ReturnType<typeof measureSignalling>>
