import { describe, expect, it } from 'vitest'
import { type CoreNode, CoreNetwork } from './core-network.ts'

const pairsOf = (nodes: readonly CoreNode[], network: CoreNetwork): (readonly [CoreNode, CoreNode])[] => {
  const pairs: (readonly [CoreNode, CoreNode])[] = []
  for (const [index, node] of nodes.entries()) {
    // A tree, so that all are connected, and some links more.
    const parent = nodes[Math.floor(network.random() * index)]
    if (index > 0 && parent) pairs.push([node, parent])
    const extra = nodes[Math.floor(network.random() * nodes.length)]
    if (extra && extra !== node && network.random() < 0.5) pairs.push([node, extra])
  }
  return pairs
}

/** Random faults for a while, then none; gives the network once it has had time to converge. */
const run = (seed: number): CoreNetwork => {
  const network = new CoreNetwork(seed)
  const { random } = network
  network.latencyMs = 1 + Math.floor(random() * 150)
  const count = 2 + Math.floor(random() * 8)
  const nodes = Array.from({ length: count }, () => network.add())
  const pairs = pairsOf(nodes, network)
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  const relink = (): void => {
    for (const [one, other] of pairs) network.link(one, other)
  }
  relink()
  for (let step = 0; step < 60; step += 1) {
    const chance = random()
    const node = pick(nodes)
    if (chance < 0.5 && node.isUp) network.publish(node, `step ${step}`)
    else if (chance < 0.6) network.cut(...pick(pairs))
    else if (chance < 0.7) relink()
    else if (chance < 0.76) network.loss = random() * 0.3
    else if (chance < 0.8) network.loss = 0
    else if (chance < 0.86) {
      const groups = nodes.map(() => random() < 0.5)
      network.reaches = (from, to) => groups[from] === groups[to]
    } else if (chance < 0.9) network.reaches = () => true
    else if (chance < 0.93) network.reaches = (from) => from !== node.index
    else if (chance < 0.97 && node.isUp) network.kill(node)
    else if (!node.isUp) network.start(node, random() < 0.5)
    network.pass(Math.floor(random() * 1_500))
  }
  network.loss = 0
  network.reaches = () => true
  for (const node of nodes) if (!node.isUp) network.start(node, random() < 0.5)
  for (let second = 0; second < 30; second += 1) {
    relink()
    network.pass(1_000)
  }
  return network
}

const check = (seed: number): void => {
  const network = run(seed)
  const hint = `seed ${seed}`
  expect(network.digests(), hint).toBe(1)
  const [first] = network.nodes
  const keysOf = (node: CoreNode): string[] =>
    node.core
      .entries()
      .map(({ peerId, epoch, seq }) => `${peerId} ${epoch} ${seq}`)
      .sort()
  for (const node of network.nodes) {
    if (first) expect(keysOf(node), hint).toEqual(keysOf(first))
    const seen = new Set<string>()
    const lastSeq = new Map<string, number>()
    for (const { peerId, epoch, seq } of node.delivered) {
      const log = `${peerId} ${epoch}`
      expect(seen.has(`${log} ${seq}`), `${hint}: ${log} ${seq} is delivered twice`).toBe(false)
      expect(seq, `${hint}: the order of ${log}`).toBeGreaterThan(lastSeq.get(log) ?? 0)
      seen.add(`${log} ${seq}`)
      lastSeq.set(log, seq)
    }
  }
  for (const reason of ['bad-hello', 'bad-path', 'misnumbered-block']) {
    expect(network.drops[reason] ?? 0, `${hint}: honest nodes strike each other`).toBe(0)
  }
}

const seeds = Number(process.env['SEEDS'] ?? 300)
const firstSeed = Number(process.env['FIRST_SEED'] ?? 1)

describe('[P1] [P2] under all faults at once, then none', () => {
  it(`every node has every entry, once and in order, with equal digests: ${seeds} seeds from ${firstSeed}`, () => {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) check(seed)
  })
})
