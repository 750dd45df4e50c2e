import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { randomBelow } from '../../../client/node/faults/random.ts'

/** A small network with faults. The seed determines the whole run. */
export class RandomNetwork {
  readonly network: CoreNetwork
  readonly nodes: readonly CoreNode[]
  readonly #pairs: (readonly [CoreNode, CoreNode])[]

  constructor(seed: number, leastNodes: number) {
    this.network = new CoreNetwork(seed)
    const { random } = this.network
    this.network.latencyMs = 1 + randomBelow(random, 150)
    const count = leastNodes + randomBelow(random, 8)
    this.nodes = Array.from({ length: count }, () => this.network.add())
    this.#pairs = this.#choosePairs()
    this.relink()
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[randomBelow(this.network.random, items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  /** Links another node to so many of the nodes, now and with every `relink`. */
  join(node: CoreNode, links: number): void {
    for (let count = 0; count < links; count += 1) {
      const pair = [node, this.pick(this.nodes)] as const
      this.#pairs.push(pair)
      this.network.link(...pair)
    }
  }

  /** Opens every ended link again if both of its nodes run. */
  relink(): void {
    for (const [one, other] of this.#pairs) this.network.link(one, other)
  }

  /** Applies one random fault: ends a link, opens all links, begins or ends losses or a partition, or mutes a node. */
  disturbLinks(): void {
    const { network, nodes } = this
    const { random } = network
    const chance = random()
    if (chance < 0.25) network.cut(...this.pick(this.#pairs))
    else if (chance < 0.5) this.relink()
    else if (chance < 0.65) network.loss = random() * 0.3
    else if (chance < 0.75) network.loss = 0
    else if (chance < 0.9) {
      const groups = nodes.map(() => random() < 0.5)
      network.reaches = (from, to) => groups[from] === groups[to]
    } else if (chance < 0.95) network.reaches = () => true
    else {
      const { index } = this.pick(nodes)
      network.reaches = (from) => from !== index
    }
  }

  /**
   * Ends all faults, and gives all nodes time to become equal. `keepsStorage`: whether nodes that did not run keep
   * their storage.
   */
  heal(keepsStorage: () => boolean): void {
    const { network, nodes } = this
    network.loss = 0
    network.reaches = () => true
    for (const node of nodes) if (!node.isUp) network.start(node, keepsStorage())
    for (let second = 0; second < 30; second += 1) {
      this.relink()
      network.pass(1_000)
    }
  }

  #choosePairs(): (readonly [CoreNode, CoreNode])[] {
    const { random } = this.network
    const pairs: (readonly [CoreNode, CoreNode])[] = []
    for (const [index, node] of this.nodes.entries()) {
      // A tree that connects all nodes, and a few more links.
      const parent = this.nodes[randomBelow(random, index)]
      if (index > 0 && parent) pairs.push([node, parent])
      const extra = this.pick(this.nodes)
      if (extra !== node && random() < 0.5) pairs.push([node, extra])
    }
    return pairs
  }
}

/** Broken promises of honest nodes: strikes against each other, and entries delivered twice or out of order. */
export const faultsOf = (honest: readonly CoreNode[]): string[] => {
  const strikes = ['bad-hello', 'bad-path', 'misnumbered-block', 'bad-proof', 'malformed-block', 'malformed-frame']
  const faults: string[] = []
  for (const { index, core, delivered, refused } of honest) {
    if (refused['unkept-promise']) faults.push(`a link to node${index} was cut for an unkept promise`)
    for (const reason of strikes) if (refused[reason]) faults.push(`a strike against node${index}: ${reason}`)
    // News in order; history, which comes in pieces, below what there is. Each entry once.
    const seqsOf = new Map<string, Set<number>>()
    const greatest = new Map<string, number>()
    for (const { peerId, epoch, seq, isBackfill } of delivered) {
      const log = `${peerId}/${epoch}`
      const [seqs, top] = [seqsOf.get(log) ?? new Set<number>(), greatest.get(log) ?? 0]
      if (seqs.has(seq) || (!isBackfill && seq < top))
        faults.push(`node${index} delivered ${seq} of ${log}, up to ${top}`)
      seqsOf.set(log, seqs.add(seq))
      greatest.set(log, Math.max(top, seq))
    }
    const last = new Map<string, number>()
    for (const { peerId, epoch, seq } of core.entries()) {
      const log = `${peerId}/${epoch}`
      if (seq <= (last.get(log) ?? 0)) faults.push(`node${index} has ${seq} of ${log} after ${last.get(log) ?? 0}`)
      last.set(log, seq)
    }
  }
  return faults
}
