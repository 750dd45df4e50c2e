import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Holdings, Ledger } from '../ledger/ledger.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { FrontierEntry } from '../wire/envelope.ts'
import { wholeMs } from '../wire/hop.ts'
import type { PeerId } from '../wire/peer-id.ts'

export interface FrontiersOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/** When this node sends its frontier to a neighbour, and what of it (S1). */
export class Frontiers {
  readonly #options: FrontiersOptions
  /** Older blocks have come, which neighbours may lack. */
  readonly #offers: Deadline

  constructor(options: FrontiersOptions) {
    this.#options = options
    this.#offers = options.deadlines.create((now) => this.#offer(now))
  }

  /**
   * If the digests differ, one of the two nodes lacks something. If only the oldest heights differ, this node sends what has
   * changed since the neighbour last confirmed, and nothing if that is nothing: so nodes that retain different blocks for good
   * come to rest.
   */
  compare(neighbour: Neighbour, { digest, changes, retention }: Holdings, now: number): void {
    const { ledger, limits } = this.#options
    const { frontier } = neighbour
    const ours = ledger.holdings()
    if (digest === ours.digest) {
      if (retention === ours.retention) return frontier.noteEqualHoldings(ours.changes, changes)
      if (frontier.hasConfirmed(ledger.changes)) return
    }
    if (now - frontier.sentAt < limits.frontierEveryMs) return
    frontier.noteDifferentHoldings(`${ours.digest} ${ours.retention}`, `${digest} ${retention}`)
    this.send(neighbour, false, now)
  }

  /** A long silence is over: what was sent meanwhile may be lost. */
  reunite(neighbour: Neighbour, now: number): void {
    const isDue = now - neighbour.frontier.sentAt >= this.#options.limits.frontierEveryMs
    if (isDue) this.send(neighbour, false, now)
  }

  /** Blocks below the oldest one of a log have come. Neighbours need not wait for the next heartbeat. */
  noteOlder(now: number): void {
    this.#offers.setBy(now + this.#options.limits.syncGraceMs)
  }

  /** The ledger has room again for blocks that it evicted: all neighbours have to report again what they hold. */
  requestAll(now: number): void {
    for (const neighbour of this.#options.neighbours.values()) {
      neighbour.frontier.forgetReceived()
      this.send(neighbour, false, now)
    }
  }

  /** The logs that have changed since the last frontier, in parts. */
  send(neighbour: Neighbour, isAnswer: boolean, now: number): void {
    const { ledger, limits, outbox } = this.#options
    const { frontier } = neighbour
    let base = frontier.baseAt(now, limits.requestAgainMs)
    frontier.noteSent(ledger.changes, now)
    const logs = ledger.changedSince(base)
    // At least one part: it reports what is known of the neighbour's ledger, and requests its frontier.
    for (let start = 0; start === 0 || start < logs.length; start += limits.maxLogsPerEnvelope) {
      const part = logs.slice(start, start + limits.maxLogsPerEnvelope)
      const isLast = start + part.length === logs.length
      const changes = isLast ? ledger.changes : (part.at(-1)?.changedAt ?? 0)
      outbox.send(neighbour, {
        type: 'frontier',
        entries: part.map((log) => entryOf(log, ledger)),
        base,
        changes,
        seen: frontier.seen,
        // All parts together request one answer.
        isAnswer: isAnswer || !isLast,
      })
      base = changes
    }
  }

  #offer(now: number): void {
    const { neighbours, ledger, limits } = this.#options
    for (const neighbour of neighbours.values()) {
      if (neighbour.frontier.hasConfirmed(ledger.changes)) continue
      const dueAt = neighbour.frontier.sentAt + limits.frontierEveryMs
      if (now < dueAt) this.#offers.setBy(dueAt)
      else this.send(neighbour, false, now)
    }
  }
}

const entryOf = (log: Log, ledger: Ledger): FrontierEntry => ({
  log: log.id,
  height: log.sound.height,
  hash: log.sound.hash.slice(0, 11),
  idleMs: wholeMs(ledger.idleMs(log)),
  forkHeight: log.fork?.height ?? 0,
  oldest: log.retainedFrom,
})
