import type { EventLoop } from '../network/event-loop.ts'
import type { Period } from './nemesis.ts'
import { type Random, randomBelow } from '../../../client/node/faults/random.ts'

export interface WorkloadOptions {
  readonly loop: EventLoop
  readonly random: Random
  readonly ratePerSecond: number
  readonly whole: Period
  readonly nodes: number
  /** The nodes that broadcast. Reads go to any node. */
  readonly authors: readonly number[]
  isUp(node: number): boolean
  broadcast(node: number): void | Promise<void>
  read(node: number): void
}

/**
 * The maximum number of picks until a running node is found. With a quarter of the nodes down, no run needs as many.
 */
const maxPicks = 100

/** Maelstrom's workload: equally many broadcasts and reads, at random nodes, with pauses of 0 to twice the mean. */
export const scheduleWorkload = (options: WorkloadOptions): void => {
  const { loop, random, ratePerSecond, whole, nodes, authors } = options
  const pickUp = (pick: () => number): number | undefined => {
    for (let picks = 0; picks < maxPicks; picks += 1) {
      const node = pick()
      if (options.isUp(node)) return node
    }
    return undefined
  }
  const operate = (): void | Promise<void> => {
    operateAfter(loop.nowMs)
    const isBroadcast = random() < 0.5
    const node = pickUp(() =>
      isBroadcast ? (authors[randomBelow(random, authors.length)] ?? 0) : randomBelow(random, nodes),
    )
    if (node === undefined) return undefined
    return isBroadcast ? options.broadcast(node) : options.read(node)
  }
  const operateAfter = (atMs: number): void => {
    const nextMs = atMs + (random() * 2_000) / ratePerSecond
    if (nextMs < whole.untilMs) loop.at(nextMs, operate)
  }
  if (ratePerSecond > 0) operateAfter(whole.fromMs)
}
