import type { Random } from '../../../client/node/faults/random.ts'

export const latencyShapes = ['constant', 'uniform', 'exponential'] as const
export type LatencyShape = (typeof latencyShapes)[number]

/**
 * Draws the latency of one hop in whole milliseconds, as Maelstrom's net.clj does. `uniform` draws from 0 to twice
 * the mean, exclusive. `exponential` drops the fraction.
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
