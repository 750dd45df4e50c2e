import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Frontiers } from './frontiers.ts'

export interface RegroupingsOptions {
  readonly limits: GossipLimits
  readonly deadlines: Deadlines
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly frontiers: Frontiers
}

/**
 * Parts of a log have come or gone: what was known to be wanted of it fits no longer, so all neighbours report all anew. An author
 * can cause that at will, hence the bound.
 */
export class Regroupings {
  readonly #options: RegroupingsOptions
  readonly #tokens: TokenBucket
  readonly #deadline: Deadline

  constructor(options: RegroupingsOptions) {
    this.#options = options
    const { regroupBurst, regroupAgainMs } = options.limits
    this.#tokens = new TokenBucket(regroupBurst, 1_000 / regroupAgainMs, 0)
    this.#deadline = options.deadlines.create((now) => this.#askAll(now))
  }

  note(now: number): void {
    this.#deadline.setBy(this.#tokens.spend(1, now) ? now : now + this.#options.limits.regroupAgainMs)
  }

  #askAll(now: number): void {
    const { neighbours, frontiers } = this.#options
    for (const { frontier } of neighbours.values()) frontier.forgetReceived()
    frontiers.noteOlder(now)
  }
}
