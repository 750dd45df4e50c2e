import { type LogId, logIdOf } from '../../../client/gossip/wire/block.ts'
import type { CarriedBlock, Envelope, FrontierEntry } from '../../../client/gossip/wire/envelope.ts'
import type { CoreNetwork } from '../core-network.ts'
import type { CoreNode, Tamper } from '../core-node.ts'
import { carriedBlock } from '../fake-signing.ts'
import { randomBelow } from '../../../client/node/faults/random.ts'
import { faultsOf, RandomNetwork } from './random-network.ts'

type Random = CoreNetwork['random']

/** The blocks of the last run alone. */
const lastRun = (blocks: readonly CarriedBlock[]): readonly CarriedBlock[] => {
  const before = blocks.slice(0, -1).findLastIndex(({ signature }) => signature)
  return blocks.slice(before + 1)
}

/** What hostile nodes do with the envelopes of an honest core. Each gives the envelopes in place of one. */
const lies: Readonly<Record<string, (random: Random) => Tamper>> = {
  /** Serves only the newest blocks, and names no older ones. */
  truncates: () => (envelope) => {
    if (envelope.type === 'blocks') return [{ ...envelope, blocks: lastRun(envelope.blocks) }]
    return [inFrontier(envelope, (entry) => ({ ...entry, oldest: entry.height }))]
  },
  /** Answers requests with the promise of more, and with no block. */
  'promises more': () => (envelope) => [
    envelope.type === 'blocks' ? { ...envelope, blocks: [], more: true } : envelope,
  ],
  /** Announces everything and sends nothing that was requested. */
  withholds: () => (envelope) => (envelope.type === 'blocks' ? [] : [envelope]),
  /** Names heights that do not exist, greater ones each time. */
  exaggerates: () => {
    let more = 0
    return (envelope) => {
      more += 7
      if (envelope.type === 'ihave') {
        return [{ ...envelope, heads: envelope.heads.map(({ log, height }) => ({ log, height: height + more })) }]
      }
      return [inFrontier(envelope, (entry) => ({ ...entry, height: entry.height + more }))]
    }
  },
  /** Names other heads, so that it is asked for proofs of forks. */
  'invents heads': (random) => (envelope) => [
    inFrontier(envelope, (entry) => ({ ...entry, hash: `x${randomBelow(random, 1e6)}` })),
  ],
  /** Claims that each log is as old as can be. */
  'ages logs': () => (envelope) => [inFrontier(envelope, (entry) => ({ ...entry, idleMs: 259_000_000 }))],
  /** Sends one run of each answer. */
  drips: () => (envelope) => {
    if (envelope.type !== 'blocks') return [envelope]
    const first = envelope.blocks.findIndex(({ signature }) => signature)
    return [{ ...envelope, blocks: envelope.blocks.slice(0, first + 1), more: false }]
  },
  /** Claims to hold every log from its first block on. */
  'claims history': () => (envelope) => [
    inFrontier(envelope, (entry) => ({ ...entry, oldest: Math.min(1, entry.height) })),
  ],
  /** Repeats what it sends. */
  repeats: () => (envelope) =>
    envelope.type === 'hello' || envelope.type === 'bye' ? [envelope] : [envelope, envelope],
}

const lieNames = Object.keys(lies)

const inFrontier = (envelope: Envelope, change: (entry: FrontierEntry) => FrontierEntry): Envelope =>
  envelope.type === 'frontier' ? { ...envelope, entries: envelope.entries.map(change) } : envelope

/** Which heights of honest authors' logs an honest node holds, if it is not all that honest nodes hold. */
const missingAmong = (honest: readonly CoreNode[], authors: ReadonlySet<string>): string[] => {
  const union = new Map<LogId, Set<number>>()
  for (const { core } of honest) {
    for (const log of core.logs().values()) {
      if (!authors.has(log.author)) continue
      const heights = union.get(log.id) ?? new Set()
      for (let height = 1; height <= log.height; height += 1) if (log.at(height)) heights.add(height)
      union.set(log.id, heights)
    }
  }
  return [...union].flatMap(([id, heights]) => {
    const sizes = honest.map(({ core }) => core.logs().get(id)?.size ?? 0)
    return sizes.every((size) => size === heights.size) ? [] : [`${id}: ${sizes.join()} of ${heights.size}`]
  })
}

/** Keeps the newest stored blocks of each log, as a node does that has evicted the others or lost them. */
const truncate = (node: CoreNode, random: Random): void => {
  const heads = new Map(node.stored.map(({ block }) => [logIdOf(block), block.height]))
  const kept = 1 + randomBelow(random, 4)
  node.stored = node.stored.filter(({ block }) => block.height > (heads.get(logIdOf(block)) ?? 0) - kept)
}

/** Pushes the first block of a page load that never was to all neighbours. */
const pushInvented = (network: CoreNetwork, { index, peerId, links }: CoreNode, number: number): void => {
  const author = { index, peerId, epoch: `9-${number.toString(16).padStart(16, '0')}` }
  const block = network.signing.block(author, { height: 1, hash: `invented_${number}`, prev: '', body: 'invented' })
  // After the hello of a link, and only while that link is up.
  network.after(network.latencyMs, () => {
    for (const { to } of links) {
      const [liar, victim] = [network.nodes[index], network.nodes[to]]
      if (liar && victim) network.inject(liar, victim, { type: 'push', blocks: [carriedBlock(block, [])] })
    }
  })
}

/**
 * [P1] [P3] [P6] Hostile nodes, one or two, among honest ones that are connected without them. Honest nodes also lose the
 * beginnings of their logs. While the hostile nodes stay, all honest nodes must come to hold what honest nodes hold.
 */
export const liars = (seed: number): string[] => {
  const world = new RandomNetwork(seed, 3)
  const { network, nodes: honest } = world
  const { random } = network
  const authors = new Set(honest.map(({ peerId }) => peerId))
  const hostile = Array.from({ length: 1 + randomBelow(random, 2) }, () => network.add())
  for (const node of hostile) {
    const lie = world.pick(lieNames)
    const tamper = lies[lie]?.(random)
    if (tamper) network.tampering.set(node.index, tamper)
    world.join(node, 1 + randomBelow(random, honest.length))
  }
  let invented = 0
  for (let step = 0; step < 50; step += 1) {
    const chance = random()
    const node = world.pick(honest)
    if (chance < 0.45 && node.isUp)
      for (let count = 1 + randomBelow(random, 6); count > 0; count -= 1) network.publish(node, `${step}`)
    else if (chance < 0.85) world.disturbLinks()
    else if (chance < 0.9 && node.isUp) network.kill(node)
    else if (chance < 0.95 && !node.isUp) {
      if (random() < 0.5) truncate(node, random)
      network.start(node, random() < 0.7)
    } else {
      invented += 1
      pushInvented(network, world.pick(hostile), invented)
    }
    network.pass(randomBelow(random, 1_500))
  }
  for (const node of honest) if (!node.isUp && random() < 0.3) truncate(node, random)
  world.heal(() => random() < 0.6)
  const broken = faultsOf(honest)
  broken.push(...missingAmong(honest, authors))
  return broken
}
