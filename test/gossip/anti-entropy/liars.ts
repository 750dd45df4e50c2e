import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { GossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { Envelope } from '../../../client/gossip/wire/envelope.ts'
import { CoreNetwork } from '../core-network.ts'
import type { CoreNode } from '../core-node.ts'
import { carriedBlock } from '../fake-signing.ts'

/** How a liar reacts to a request. */
export type Lie =
  /** It sends nothing. */
  | 'silent'
  /** It answers that there is more, and sends no block. */
  | 'more'
  /** It sends one block a second, and answers that there is more. */
  | 'drips'

const claimEveryMs = 1_000

/**
 * A network in which some neighbours lie: once a second they report greater heights of all logs of `chains`, and they react
 * to requests as their lie says. In everything else a liar is a core like the others.
 */
class Liars {
  readonly network: CoreNetwork
  readonly chains: readonly (readonly VerifiedBlock[])[]
  /** Requests that liars have got. */
  requests = 0
  readonly #liars = new Map<number, Lie>()
  #claims = 0

  constructor(network: CoreNetwork, chains: readonly (readonly VerifiedBlock[])[]) {
    this.network = network
    this.chains = chains
    network.reaches = (from, to, type) => {
      const lie = this.#liars.get(to)
      if (!lie || type !== 'iwant') return true
      this.requests += 1
      if (lie === 'more') this.#send(to, from, { type: 'blocks', blocks: [], more: true }, 2 * network.latencyMs)
      return false
    }
  }

  /** Links a liar to its victim. */
  add(victim: CoreNode, lie: Lie, isGrowing = true): CoreNode {
    const { network } = this
    const liar = network.add()
    this.#liars.set(liar.index, lie)
    network.link(victim, liar)
    for (let second = 0; second < 180; second += 1) {
      // Its hello has to arrive first.
      const at = network.latencyMs + 1 + claimEveryMs * second
      if (second === 0 || isGrowing) network.after(at, () => this.claim(liar, victim))
      if (lie !== 'drips') continue
      const blocks = this.chains.flatMap((chain) => chain.slice(second, second + 1).map((block) => carriedBlock(block)))
      const answer = { type: 'blocks', blocks, more: true } as const
      network.after(at + claimEveryMs / 2, () => network.inject(liar, victim, answer))
    }
    return liar
  }

  claim(liar: CoreNode, victim: CoreNode): void {
    this.#claims += 1
    const entries = this.chains.flatMap(([block]) =>
      block
        ? [{ log: logIdOf(block), height: 1_000 + this.#claims, hash: 'x', idleMs: 0, forkHeight: 0, oldest: 1 }]
        : [],
    )
    const frontier = { type: 'frontier', entries, base: 0, changes: 1, seen: 0, isAnswer: true } as const
    this.network.inject(liar, victim, frontier)
  }

  #send(from: number, to: number, envelope: Envelope, delayMs: number): void {
    const [liar, victim] = [this.network.nodes[from], this.network.nodes[to]]
    if (liar && victim) this.network.after(delayMs, () => this.network.inject(liar, victim, envelope))
  }
}

/** `honest` holds three logs of `length` blocks, its own and those of two nodes that have left. `victim` holds nothing. */
export const startLiars = (length: number, limits: Partial<GossipLimits> = {}) => {
  const network = new CoreNetwork(1, limits)
  const [victim, honest, ...authors] = [network.add(), network.add(), network.add(), network.add()]
  for (const author of authors) network.link(author, honest)
  network.pass(500)
  const chains = [honest, ...authors].map((author) =>
    Array.from({ length }, (_, index) => network.publish(author, `text ${index}`)),
  )
  network.pass(5_000)
  for (const author of authors) network.kill(author)
  const liars = new Liars(network, chains)
  return { network, victim, honest, chains, liars }
}
