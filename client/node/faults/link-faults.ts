import type { Link } from '../../gossip/wire/link.ts'
import type { LinkFault } from '../api/link-fault.ts'
import type { Timers } from '../shared/timers.ts'
import { FaultyLink } from './faulty-link.ts'

export interface LinkFaultsOptions {
  readonly timers: Timers
  /** A fault has swallowed a frame on the link to `peer`. */
  lost(peer: string): void
}

/** The faults on a node's links, those that open later too. */
export class LinkFaults {
  readonly #options: LinkFaultsOptions
  readonly #links = new Set<FaultyLink>()
  #faults: readonly LinkFault[] = []

  constructor(options: LinkFaultsOptions) {
    this.#options = options
  }

  get current(): readonly LinkFault[] {
    return this.#faults
  }

  set(faults: readonly LinkFault[]): void {
    this.#faults = faults
    for (const link of this.#links) this.#disturb(link)
  }

  /** The link with this node's faults on it. */
  over(link: Link): Link {
    const faulty = new FaultyLink(link, {
      timers: this.#options.timers,
      lost: () => this.#options.lost(link.name),
      ended: () => this.#links.delete(faulty),
    })
    this.#links.add(faulty)
    this.#disturb(faulty)
    return faulty
  }

  #disturb(link: FaultyLink): void {
    link.disturb(this.#faults.filter(({ peer }) => peer === link.name))
  }
}
