import type { EventLoop } from '../network/event-loop.ts'
import { type Random, randomBelow, shuffled } from '../../../client/node/faults/random.ts'
import type { Packet } from '../node/simulated-node.ts'
import type { VirtualNetwork } from '../network/virtual-network.ts'

export const faultNames = ['partition', 'cut', 'one-way', 'churn', 'slow'] as const
export type FaultName = (typeof faultNames)[number]

/** The parts of the simulation that the faults disturb. */
export interface NemesisTarget {
  readonly loop: EventLoop
  readonly network: VirtualNetwork<Packet>
  readonly nodes: number
  /** Stops the node without a bye. */
  readonly stop: (node: number, keepsStorage: boolean) => void
  readonly start: (node: number) => void
}

export interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

/** Begins a fault that lasts for `period`. Returns the function that ends it. */
type Fault = (target: NemesisTarget, period: Period, random: Random) => () => void

/**
 * The share of links or nodes that `one-way`, `slow` and `churn` disturb: enough to matter, few enough to route
 * around.
 */
const pickedShare = 1 / 4

const pickSome = <Item>(items: readonly Item[], random: Random): Item[] =>
  shuffled(items, random).slice(0, Math.max(1, Math.floor(items.length * pickedShare)))

/**
 * Splits the nodes into two groups. The smaller group has the size of Jepsen's partitions: one node, nearly a third,
 * or half.
 */
const pickGroups = (nodes: number, random: Random): number[] => {
  const sizes = [1, Math.floor((nodes - 1) / 3), Math.floor(nodes / 2)]
  const size = Math.max(1, sizes[randomBelow(random, sizes.length)] ?? 1)
  const groups = Array.from({ length: nodes }, () => 0)
  for (const node of shuffled(groups.keys(), random).slice(0, size)) groups[node] = 1
  return groups
}

const faults: Readonly<Record<FaultName, Fault>> = {
  partition: ({ network, nodes }, _period, random) => {
    network.partition(pickGroups(nodes, random))
    return () => network.partition(undefined)
  },
  cut: ({ network, nodes }, _period, random) => {
    const groups = pickGroups(nodes, random)
    const links = network.links.filter(({ edge }) => groups[edge.dialler] !== groups[edge.upstream])
    for (const link of links) network.cut(link)
    return () => {
      for (const link of links) link.isCut = false
    }
  },
  'one-way': ({ network }, _period, random) => {
    const links = pickSome(network.links, random)
    for (const link of links) link.isSilent[random() < 0.5 ? 'dialler' : 'upstream'] = true
    return () => {
      for (const link of links) Object.assign(link.isSilent, { dialler: false, upstream: false })
    }
  },
  churn: ({ loop, nodes, stop, start }, { fromMs, untilMs }, random) => {
    for (const node of pickSome([...Array(nodes).keys()], random)) {
      const stopsAtMs = fromMs + (random() * (untilMs - fromMs)) / 2
      const keepsStorage = random() < 0.5
      loop.at(stopsAtMs, () => stop(node, keepsStorage))
      loop.at(stopsAtMs + random() * (untilMs - stopsAtMs), () => start(node))
    }
    // By the end of the period all nodes have already restarted.
    return () => {}
  },
  slow: ({ network }, _period, random) => {
    const links = pickSome(network.links, random)
    for (const link of links) link.isSlow = true
    return () => {
      for (const link of links) link.isSlow = false
    }
  },
}

/**
 * The periods of a fault. Each lasts for half to one and a half intervals, and so does each pause. They are computed
 * backwards from the end, so that the last period ends exactly there and the recovery is measured from that moment.
 */
export const faultPeriods = (whole: Period, intervalMs: number, random: Random): Period[] => {
  const periods: Period[] = []
  const lengthMs = (): number => intervalMs * (0.5 + random())
  let { untilMs } = whole
  while (untilMs > whole.fromMs) {
    const fromMs = Math.max(whole.fromMs, untilMs - lengthMs())
    periods.push({ fromMs, untilMs })
    untilMs = fromMs - lengthMs()
  }
  return periods.toReversed()
}

/** Schedules the faults, each with its own periods and its own random numbers. */
export const scheduleFaults = (
  names: readonly FaultName[],
  target: NemesisTarget,
  whole: Period,
  intervalMs: number,
  randomFor: (name: FaultName) => Random,
): void => {
  for (const name of names) {
    const random = randomFor(name)
    for (const period of faultPeriods(whole, intervalMs, random)) {
      target.loop.at(period.fromMs, () => {
        target.loop.at(period.untilMs, faults[name](target, period, random))
      })
    }
  }
}

/**
 * Ends links at random times. Both ends notice, and the links are dialled again. `share`: the share of all links each
 * second.
 */
export const scheduleLinkDeaths = (share: number, target: NemesisTarget, whole: Period, random: Random): void => {
  const { loop, network } = target
  const dieAfter = (atMs: number): void => {
    const nextMs = atMs - (Math.log(1 - random()) / (share * network.links.length)) * 1_000
    if (!(nextMs < whole.untilMs)) return
    loop.at(nextMs, () => {
      const link = network.links[randomBelow(random, network.links.length)]
      if (link) network.kill(link)
      dieAfter(nextMs)
    })
  }
  if (share > 0) dieAfter(whole.fromMs)
}
