import type { Random } from './random.ts'

export const latencyShapes = ['constant', 'uniform', 'exponential'] as const
export type LatencyShape = (typeof latencyShapes)[number]

/**
 * Draws the milliseconds that an envelope takes for one hop. Whole ones, as in Maelstrom's net.clj: uniform from 0 up
 * to, and without, twice the mean; exponential without its fraction.
 */
export const createLatency = (shape: LatencyShape, meanMs: number, random: Random): (() => number) => {
  switch (shape) {
    case 'constant':
      return () => meanMs
    case 'uniform':
      return () => Math.floor(random() * 2 * meanMs)
    case 'exponential':
      return () => Math.floor(-Math.log(1 - random()) * meanMs)
  }
}
