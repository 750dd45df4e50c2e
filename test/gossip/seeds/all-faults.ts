import type { CoreNode } from '../core-node.ts'
import { randomBelow } from '../../../client/node/faults/random.ts'
import { faultsOf, RandomNetwork } from './random-network.ts'

const keysOf = ({ core }: CoreNode): string =>
  core
    .entries()
    .map(({ peerId, epoch, seq }) => `${peerId}/${epoch} ${seq}`)
    .sort()
    .join('\n')

/**
 * [P1] [P2] Random faults for a while, with entries and some large bodies; nodes also vanish and come back, with or without their storage. After the
 * faults end, every node must hold every entry, delivered once and in order. Returns the broken promises.
 */
export const allFaults = (seed: number): string[] => {
  const world = new RandomNetwork(seed, 2)
  const { network, nodes } = world
  const { random } = network
  for (let step = 0; step < 60; step += 1) {
    const chance = random()
    const node = world.pick(nodes)
    if (chance < 0.04 && node.isUp) network.publish(node, `${step}`.padEnd(120_000), { topic: 'a', supersedes: true })
    else if (chance < 0.5 && node.isUp) network.publish(node, `step ${step}`)
    else if (chance < 0.93) world.disturbLinks()
    else if (chance < 0.97 && node.isUp) network.kill(node)
    else if (!node.isUp) network.start(node, random() < 0.5)
    network.pass(randomBelow(random, 1_500))
  }
  world.heal(() => random() < 0.5)
  const broken = faultsOf(nodes)
  if (network.digests() !== 1) broken.push(`${network.digests()} different digests`)
  const first = nodes[0] && keysOf(nodes[0])
  for (const node of nodes) if (keysOf(node) !== first) broken.push(`node${node.index} holds other entries than node0`)
  return broken
}
