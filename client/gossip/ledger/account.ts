import type { GossipLimits } from '../bounds/limits.ts'
import { type HeldAuthor, noUsage, type Resource, resources } from './held-author.ts'

/** The author that holds most, and how much the others hold at most. */
interface Lead {
  readonly author: HeldAuthor
  readonly othersUsage: number
}

/** The authors that one neighbour brought, or all authors whose neighbour has left, or this node itself. */
export class Account {
  readonly authors = new Set<HeldAuthor>()
  readonly usage = noUsage()
  /** Kept up to date by every count, so that a flood costs no pass over the authors. Undefined: not known. */
  readonly #leads: Partial<Record<Resource, Lead | undefined>> = {}

  /** An author with all that it holds. */
  add(author: HeldAuthor): void {
    this.authors.add(author)
    for (const resource of resources) this.count(author, resource, author.usage[resource])
  }

  /** The author holds nothing now. */
  delete(author: HeldAuthor): void {
    this.authors.delete(author)
  }

  /** The usage of an author has changed. */
  count(author: HeldAuthor, resource: Resource, change: number): void {
    this.usage[resource] += change
    const lead = this.#leads[resource]
    if (!lead || lead.author === author || change <= 0) return
    const usage = author.usage[resource]
    const leadUsage = lead.author.usage[resource]
    if (usage > leadUsage) this.#leads[resource] = { author, othersUsage: Math.max(leadUsage, lead.othersUsage) }
    else if (usage > lead.othersUsage) this.#leads[resource] = { ...lead, othersUsage: usage }
  }

  /** The large author that holds most. */
  largest(resource: Resource, limits: GossipLimits): HeldAuthor | undefined {
    const known = this.#leads[resource]
    if (known && known.author.usage[resource] >= known.othersUsage && known.author.isLarge(resource, limits)) {
      return known.author
    }
    let largest: HeldAuthor | undefined
    let othersUsage = 0
    for (const author of this.authors) {
      const usage = author.usage[resource]
      const most = largest?.usage[resource] ?? 0
      if (usage > most && author.isLarge(resource, limits)) {
        othersUsage = Math.max(othersUsage, most)
        largest = author
      } else othersUsage = Math.max(othersUsage, usage)
    }
    this.#leads[resource] = largest && { author: largest, othersUsage }
    return largest
  }
}
