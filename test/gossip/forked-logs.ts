import { logIdOf, type VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { CoreNode } from './core-node.ts'
import { bodiesOf } from './start-cores.ts'
import { carriedBlock } from './fake-signing.ts'
import { randomBelow } from '../../client/node/faults/random.ts'
import { faultsOf, RandomNetwork } from './seeds/random-network.ts'

/** An author that forks its log: it signs blocks on top of any of its blocks, or on top of none. */
class Forker {
  readonly node: CoreNode
  readonly #world: RandomNetwork
  readonly #paths: (readonly VerifiedBlock[])[] = [[]]

  constructor(node: CoreNode, world: RandomNetwork) {
    this.node = node
    this.#world = world
  }

  /** Signs another block, usually on top of the newest, and pushes the whole chain to one neighbour. */
  publish(): void {
    const { network } = this.#world
    const newest = this.#paths.at(-1) ?? []
    const below = network.random() < 0.7 ? newest : this.#world.pick(this.#paths)
    const height = below.length + 1
    // The texts differ in their first characters, because a frontier carries only the start of a hash.
    const hash = `${this.node.index}_${this.#paths.length}_${height}_fork`
    const block = network.signing.block(this.node, { height, hash, prev: below.at(-1)?.hash ?? '', body: hash })
    const path = [...below, block]
    this.#paths.push(path)
    this.push(path)
  }

  push(path: readonly VerifiedBlock[] = this.#world.pick(this.#paths)): void {
    const { network, nodes } = this.#world
    if (this.node.links.length === 0) return
    const end = this.#world.pick(this.node.links)
    const neighbour = nodes[end.to]
    if (!neighbour || !network.reaches(this.node.index, neighbour.index, 'push')) return
    // Each block with its signature, or all with that of the last.
    const isRun = network.random() < 0.5
    const blocks = path.map((block, index) => {
      const carried = carriedBlock(block, [])
      return isRun && index < path.length - 1 ? { ...carried, signature: undefined } : carried
    })
    // Pushes after the hello of the link, and only while that link is up.
    network.after(network.latencyMs, () => {
      if (this.node.links.includes(end)) network.inject(this.node, neighbour, { type: 'push', blocks })
    })
  }
}

/** The lowest height at which honest nodes hold two different blocks of the author. */
const lowestConflict = (honest: readonly CoreNode[], author: CoreNode): number => {
  const hashes = new Map<number, string>()
  let lowest = Infinity
  for (const { block } of honest.flatMap(({ stored }) => stored)) {
    if (block.author !== author.peerId) continue
    const other = hashes.get(block.height)
    if (other !== undefined && other !== block.hash) lowest = Math.min(lowest, block.height)
    hashes.set(block.height, block.hash)
  }
  return lowest
}

/**
 * [P3] [F1] One or two authors fork their logs at random heights, towards different neighbours, while links flap,
 * envelopes get lost, and nodes restart with their storage. After the faults end, the honest nodes must have equal
 * digests, agree where each log forks, hold all blocks below the fork, and have counted no strike against each other.
 * Returns the broken promises.
 */
export const forkedLogs = (seed: number): string[] => {
  const world = new RandomNetwork(seed, 3)
  const { network, nodes } = world
  const { random } = network
  const forkers = nodes.slice(0, random() < 0.3 ? 2 : 1).map((node) => new Forker(node, world))
  const honest = nodes.slice(forkers.length)
  for (let step = 0; step < 60; step += 1) {
    const chance = random()
    const node = world.pick(honest)
    if (chance < 0.3) world.pick(forkers).publish()
    else if (chance < 0.4) world.pick(forkers).push()
    else if (chance < 0.6 && node.isUp) network.publish(node, `step ${step}`)
    else if (chance < 0.92) world.disturbLinks()
    else if (chance < 0.96 && node.isUp) network.kill(node)
    else if (!node.isUp) network.start(node, true)
    network.pass(randomBelow(random, 1_500))
  }
  world.heal(() => true)
  const broken = faultsOf(honest)
  const digests = new Set(honest.map(({ core }) => core.digest())).size
  if (digests !== 1) broken.push(`${digests} different digests`)
  for (const { node } of forkers) broken.push(...disagreements(honest, node))
  for (const node of honest) {
    for (const author of honest) {
      const [mine, its] = [bodiesOf(node, author).length, bodiesOf(author, author).length]
      if (mine !== its) broken.push(`node${node.index} holds ${mine} of ${its} entries of node${author.index}`)
    }
  }
  return broken
}

const disagreements = (honest: readonly CoreNode[], author: CoreNode): string[] => {
  const broken: string[] = []
  const log = logIdOf({ author: author.peerId, epoch: author.epoch })
  const conflict = lowestConflict(honest, author)
  const heights = honest.map(({ core }) => core.logs().get(log)?.fork?.height ?? Infinity)
  const [forkHeight = Infinity] = heights
  if (heights.some((height) => height !== forkHeight)) broken.push(`fork heights ${heights.join()}`)
  if (forkHeight > conflict) broken.push(`a fork at ${conflict} that is shown at ${forkHeight}`)
  for (const { index, core } of honest) {
    const below = core.entries().filter(({ peerId, seq }) => peerId === author.peerId && seq < forkHeight).length
    if (forkHeight < Infinity && below !== forkHeight - 1) {
      broken.push(`node${index} holds ${below} entries below the fork at ${forkHeight}`)
    }
  }
  return broken
}
