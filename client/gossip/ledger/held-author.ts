import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from './log.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { partOf as bodyPartOf } from '../wire/block.ts'
import { Supersessions } from './supersessions.ts'

/** What a ledger has little of. */
export const resources = ['blocks', 'bytes', 'logs'] as const

export type Resource = (typeof resources)[number]

const limitNames = { blocks: 'maxBlocks', bytes: 'maxHeldBytes', logs: 'maxLogs' } as const

export const limitOf = (resource: Resource, limits: GossipLimits): number => limits[limitNames[resource]]

/** What every author may keep, and what authors that are not in the network may displace: a share of `maxLinks` neighbours. */
export const partOf = (resource: Resource, limits: GossipLimits): number => limitOf(resource, limits) / limits.maxLinks

export const noUsage = (): Record<Resource, number> => ({ blocks: 0, bytes: 0, logs: 0 })

/** An author of which logs are held, and the room that they fill. */
export class HeldAuthor {
  readonly id: PeerId
  /** The neighbour that brought its first log; undefined if the log is this node's own or was restored. */
  readonly broughtBy: PeerId | undefined
  /** Authors that came later have greater numbers. All restored ones have number 0. */
  readonly number: number
  readonly usage = noUsage()
  readonly supersessions = new Supersessions()
  /** In their order of arrival. */
  readonly #logs = new Set<Log>()
  /** The author is in the network now, or was there while its logs were held. */
  isPresent = false
  hasBeenPresent = false

  constructor(id: PeerId, broughtBy: PeerId | undefined, number: number) {
    this.id = id
    this.broughtBy = broughtBy
    this.number = number
  }

  get logs(): ReadonlySet<Log> {
    return this.#logs
  }

  add(log: Log): void {
    this.#logs.add(log)
  }

  remove(log: Log): void {
    this.#logs.delete(log)
  }

  /** When its newest block was made, in network time. */
  activeAt(): number {
    let activeAt = -Infinity
    for (const log of this.#logs) activeAt = Math.max(activeAt, log.activeAt)
    return activeAt
  }

  /** Gives whether the author holds more than what every author may keep: it then has older blocks or page loads to lose. */
  isLarge(resource: Resource, limits: GossipLimits): boolean {
    return this.hasSeveral(resource) && this.usage[resource] > partOf(resource, limits)
  }

  /** Gives whether it keeps a log or a block if it loses one. */
  hasSeveral(resource: Resource): boolean {
    return (resource === 'logs' ? this.usage.logs : this.usage.blocks) > 1
  }

  /**
   * Gives whether the oldest block of a log is of no use any more: all its entries are superseded, or it has a part of a large
   * body of which the first part was evicted. The head of a log always counts.
   */
  isOldestUseless({ size, isTrimmed, parts }: Log): boolean {
    const oldest = size > 1 ? (parts.lower[0] ?? parts.newest).oldest?.block : undefined
    if (!oldest) return false
    return this.supersessions.cover(oldest) || (isTrimmed && (bodyPartOf(oldest)?.index ?? 0) > 0)
  }

  /** The log that goes, or that loses its oldest block. Never `added` while another log will do. */
  pickLog(resource: Resource, added: Log | undefined): Log | undefined {
    return resource === 'logs' ? this.#idlest(added) : this.#largest()
  }

  #idlest(added: Log | undefined): Log | undefined {
    let idlest: Log | undefined
    for (const log of this.#logs) {
      if (log !== added && (!idlest || log.activeAt < idlest.activeAt)) idlest = log
    }
    return idlest
  }

  /** Of equally large logs the first to come. So each log keeps its head until the author has no other blocks. */
  #largest(): Log | undefined {
    let largest: Log | undefined
    for (const log of this.#logs) if (log.size > (largest?.size ?? 0)) largest = log
    return largest
  }
}
