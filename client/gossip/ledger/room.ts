import { Account } from './account.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { HeldAuthor, limitOf, noUsage, partOf, type Resource, resources } from './held-author.ts'
import type { Entry } from '../wire/entry.ts'
import type { Log } from './log.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { newest, pickPayingAuthor } from './paying-author.ts'

/**
 * Who has which part of the ledger's room, and which log loses something when a limit is exceeded (R1).
 *  1. An author is on the account of the neighbour that brought its first log, and a neighbour is on its own account.
 *     Restored authors are on one common account. So are authors whose neighbour has left, while they are in the network.
 *     The others of those have no share: what came last goes first, before anything of an account with a share.
 *  2. The share of an account is the limit, without this node's own logs, divided by the number of accounts: all greeted
 *     neighbours, and the common account if it is in use.
 *  3. An account above its share pays for what it adds. Otherwise the account that is furthest above its share pays. So
 *     nothing of an account within its share is lost, and k of n neighbours displace at most k/n of the room.
 *  4. What absent authors add displaces nothing on other accounts beyond a share of `maxLinks` neighbours: k/64 of the room.
 *  5. What this node wrote goes last, unless this node itself exceeds an equal share by what it adds.
 *  6. Old blocks that are of no use any more go first, on the account that pays and then of this node itself: superseded ones, and
 *     the rest of large bodies.
 */
export class Room {
  readonly #limits: GossipLimits
  readonly #self: PeerId
  readonly #authors = new Map<PeerId, HeldAuthor>()
  readonly #ofNeighbours = new Map<PeerId, Account>()
  #common = new Account()
  /** Authors that are not in the network, and whose neighbour has left. */
  #left = new Account()
  readonly #own = new Account()
  /** The logs of which the oldest block is of no use any more. */
  readonly #useless = new Set<Log>()
  readonly #used = noUsage()
  /** The authors that are in the network; undefined if this node does not know: then all count as present. */
  #present: ReadonlySet<PeerId> | undefined
  #arrivals = 0

  constructor(self: PeerId, limits: GossipLimits) {
    this.#self = self
    this.#limits = limits
  }

  /** A neighbour has greeted. */
  open(neighbour: PeerId): void {
    this.#ofNeighbours.set(neighbour, new Account())
    this.#assign()
  }

  /** The link to a neighbour has ended: what it brought falls to the common account. */
  close(neighbour: PeerId): void {
    this.#ofNeighbours.delete(neighbour)
    this.#assign()
  }

  setPresent(present: ReadonlySet<PeerId>): void {
    if (present === this.#present) return
    this.#present = present
    for (const author of this.#authors.values()) {
      if (author.isPresent !== this.isPresent(author.id)) return this.#assign()
    }
  }

  isPresent(author: PeerId): boolean {
    return author === this.#self || this.#ofNeighbours.has(author) || (this.#present?.has(author) ?? true)
  }

  /** A log without blocks is about to be held. */
  add(log: Log): void {
    const { author: id, broughtBy } = log
    let author = this.#authors.get(id)
    if (!author) {
      const number = broughtBy === undefined ? 0 : (this.#arrivals += 1)
      author = new HeldAuthor(id, broughtBy, number)
      this.#judgePresence(author)
      this.#authors.set(id, author)
      this.#accountOf(author).add(author)
    }
    author.add(log)
    this.#count(author, 'logs', 1)
  }

  /** The log is held no longer. Its blocks were removed before. */
  remove(log: Log): void {
    const author = this.#authors.get(log.author)
    if (!author) return
    author.remove(log)
    this.#useless.delete(log)
    this.#count(author, 'logs', -1)
    if (author.logs.size > 0) return
    this.#authors.delete(author.id)
    this.#accountOf(author).delete(author)
  }

  /** Blocks of a log came, or went if the numbers are negative. */
  count(log: Log, blocks: number, bytes: number): void {
    const author = this.#authors.get(log.author)
    if (!author) return
    this.#count(author, 'blocks', blocks)
    this.#count(author, 'bytes', bytes)
    this.#judgeOldest(author, log)
  }

  /** Entries of a log are delivered. */
  delivered(log: Log, entries: readonly Entry[]): void {
    const author = this.#authors.get(log.author)
    if (!author?.supersessions.add(entries)) return
    for (const each of author.logs) this.#judgeOldest(author, each)
  }

  /** These entries of an author are held no longer. */
  undelivered(author: PeerId, entries: readonly Entry[]): void {
    this.#authors.get(author)?.supersessions.remove(entries)
  }

  /** The limit that is exceeded. */
  exceeded(): Resource | undefined {
    return resources.find((resource) => this.#used[resource] > limitOf(resource, this.#limits))
  }

  /** Gives whether less than this part of the room for blocks and bytes is in use. */
  isFilledBelow(part: number): boolean {
    const { maxBlocks, maxHeldBytes } = this.#limits
    return this.#used.blocks < part * maxBlocks && this.#used.bytes < part * maxHeldBytes
  }

  /** Gives whether another log with a block of the largest size would displace something. */
  get isFull(): boolean {
    const { maxLogs, maxBlocks, maxHeldBytes, maxBlockBytes } = this.#limits
    const { logs, blocks, bytes } = this.#used
    return logs >= maxLogs || blocks >= maxBlocks || bytes + Math.min(maxBlockBytes, maxHeldBytes / 64) > maxHeldBytes
  }

  /** The log that goes, or loses its oldest block, since `added` has exceeded a limit. */
  pick(resource: Resource, added: Log): Log | undefined {
    const adder = this.#authors.get(added.author)
    if (!adder) return undefined
    const paying = this.#payingAccount(resource, adder)
    const useless = resource === 'logs' ? undefined : (this.#uselessOn(paying) ?? this.#uselessOn(this.#own))
    if (useless) return useless
    // If the account has nothing but the added log, another one pays, at last this node itself.
    for (const account of [paying, this.#left, this.#common, ...this.#ofNeighbours.values(), this.#own]) {
      const log = this.#authorOf(account, resource, adder)?.pickLog(resource, added)
      if (log) return log
    }
    return undefined
  }

  /** The log that a neighbour's next log would displace, if that is the idlest on its account. */
  idlestOf(neighbour: PeerId): Log | undefined {
    const account = this.#ofNeighbours.get(neighbour) ?? this.#common
    if (this.#used.logs < this.#limits.maxLogs || account.usage.logs < this.#share('logs')) return undefined
    let idlest: Log | undefined
    for (const { logs, isPresent } of account.authors) {
      if (!isPresent) return undefined
      for (const log of logs) if (!idlest || log.activeAt < idlest.activeAt) idlest = log
    }
    return idlest
  }

  #uselessOn({ authors }: Account): Log | undefined {
    for (const log of this.#useless) {
      const author = this.#authors.get(log.author)
      if (author && authors.has(author)) return log
    }
    return undefined
  }

  #judgeOldest(author: HeldAuthor, log: Log): void {
    if (author.isOldestUseless(log)) this.#useless.add(log)
    else this.#useless.delete(log)
  }

  #authorOf(account: Account, resource: Resource, adder: HeldAuthor): HeldAuthor | undefined {
    if (account === this.#left) return newest(account, resource)
    return pickPayingAuthor({ account, resource, adder, limits: this.#limits })
  }

  #payingAccount(resource: Resource, adder: HeldAuthor): Account {
    const adding = this.#accountOf(adder)
    if (adding.usage[resource] > this.#shareFor(adder, resource)) return adding
    if (this.#left.usage[resource] > 0) return this.#left
    let most = this.#common
    for (const account of this.#ofNeighbours.values()) {
      if (account.usage[resource] > most.usage[resource]) most = account
    }
    return most.usage[resource] > 0 ? most : adding
  }

  /** Up to which usage of its account an author displaces others. */
  #shareFor(adder: HeldAuthor, resource: Resource): number {
    if (this.#left.authors.has(adder)) return 0
    if (adder.id === this.#self) return limitOf(resource, this.#limits) / (this.#accounts(resource) + 1)
    const share = this.#share(resource)
    return adder.isPresent ? share : Math.min(share, partOf(resource, this.#limits))
  }

  #share(resource: Resource): number {
    return (limitOf(resource, this.#limits) - this.#own.usage[resource]) / Math.max(1, this.#accounts(resource))
  }

  #accounts(resource: Resource): number {
    return this.#ofNeighbours.size + (this.#common.usage[resource] > 0 ? 1 : 0)
  }

  #accountOf({ id, broughtBy, isPresent }: HeldAuthor): Account {
    if (id === this.#self) return this.#own
    const ofBringer = broughtBy === undefined ? this.#common : this.#ofNeighbours.get(broughtBy)
    return this.#ofNeighbours.get(id) ?? ofBringer ?? (isPresent ? this.#common : this.#left)
  }

  #count(author: HeldAuthor, resource: Resource, change: number): void {
    author.usage[resource] += change
    this.#accountOf(author).count(author, resource, change)
    this.#used[resource] += change
  }

  /** Puts every author on its account anew. */
  #assign(): void {
    for (const neighbour of this.#ofNeighbours.keys()) this.#ofNeighbours.set(neighbour, new Account())
    this.#common = new Account()
    this.#left = new Account()
    for (const author of this.#authors.values()) {
      this.#judgePresence(author)
      if (author.id !== this.#self) this.#accountOf(author).add(author)
    }
  }

  #judgePresence(author: HeldAuthor): void {
    author.isPresent = this.isPresent(author.id)
    author.hasBeenPresent ||= author.isPresent
  }
}
