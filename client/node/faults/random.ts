/** A number in [0, 1), with 32 random bits. */
export type Random = () => number

/**
 * Chris Doty-Humphrey's sfc32, the small fast counting generator of PractRand: 128 bits of state, passes PractRand
 * and BigCrush. Each stream of a seed has its own generator, so what one part of a simulation draws does not depend
 * on how often another part draws. `seed`: a safe integer, 0 or more.
 */
export const createRandom = (seed: number, stream: string): Random => {
  let a = hashOf(stream)
  let b = seed >>> 0
  let c = Math.floor(seed / 2 ** 32) >>> 0
  let counter = 1
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return (result >>> 0) / 2 ** 32
  }
  // PractRand runs this many rounds after seeding, so that similar seeds give different numbers.
  for (let round = 0; round < 15; round += 1) next()
  return next
}

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** An integer from 0 to `end`, exclusive. */
export const randomBelow = (random: Random, end: number): number => Math.floor(random() * end)

/** A copy in random order (Fisher–Yates). */
export const shuffled = <Item>(items: Iterable<Item>, random: Random): Item[] => {
  const copy = [...items]
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = randomBelow(random, last + 1)
    const item = copy[last] as Item
    copy[last] = copy[other] as Item
    copy[other] = item
  }
  return copy
}
