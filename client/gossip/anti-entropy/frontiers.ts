import type { Deadline, Deadlines } from '../bounds/deadlines.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Holdings } from '../wire/holdings.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { Envelope, FrontierEntry } from '../wire/envelope.ts'
import { wholeMs } from '../wire/hop.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { pickDiffering, summarize } from './ledger-summary.ts'

export type Summary = Extract<Envelope, { type: 'summary' }>

export interface FrontiersOptions {
  readonly limits: GossipLimits
  /** In [0, 1). */
  readonly random: () => number
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/**
 * Shows neighbours what is held here (S1).
 *  1. What has changed since a neighbour last confirmed what it knows, it gets by a frontier.
 *  2. A neighbour that has confirmed nothing gets a summary, and answers with a frontier of the logs that may differ. Its
 *     own summary is answered likewise, so both know all of each other. If nearly all logs differ, the frontiers name nearly
 *     all of them.
 *  3. A ledger of few logs is shown at once, by its whole frontier.
 */
export class Frontiers {
  readonly #options: FrontiersOptions
  /** Neighbours that may lack older blocks which have come. Each is shown them once: heartbeats find what is lost. */
  readonly #unaware = new Set<Neighbour>()
  readonly #offers: Deadline

  constructor(options: FrontiersOptions) {
    this.#options = options
    this.#offers = options.deadlines.create((now) => this.#offer(now))
  }

  /**
   * If the digests differ, one of the two nodes lacks something. If only the oldest heights differ, this node shows what has
   * changed since the neighbour last confirmed, and nothing if that is nothing: two nodes that retain different blocks for good
   * exchange frontiers no longer.
   */
  compare(neighbour: Neighbour, theirs: Holdings, now: number): void {
    const { ledger, limits } = this.#options
    const { frontier } = neighbour
    const ours = ledger.holdings()
    if (theirs.digest === ours.digest) {
      if (theirs.retention === ours.retention) return frontier.noteEqualHoldings(ours.changes, theirs.changes)
      if (frontier.hasConfirmed(ours.changes)) return
    }
    if (now - frontier.sentAt < limits.frontierEveryMs) return
    if (frontier.noteDifferentHoldings(ours, theirs)) this.show(neighbour, now)
  }

  /** A long silence is over: what was sent meanwhile may be lost. */
  reunite(neighbour: Neighbour, now: number): void {
    const isDue = now - neighbour.frontier.sentAt >= this.#options.limits.frontierEveryMs
    if (isDue) this.show(neighbour, now)
  }

  /** Shows what is held here, and requests the same of the neighbour. */
  show(neighbour: Neighbour, now: number): void {
    const { ledger, limits } = this.#options
    const base = neighbour.frontier.baseAt(now, limits.requestAgainMs)
    const logs = ledger.changedSince(base)
    if (base > 0 || logs.length < limits.minSummarizedLogs) this.#send(neighbour, logs, base, false, now)
    else this.#sendSummary(neighbour, logs, false, now)
  }

  /** Answers a frontier. */
  answer(neighbour: Neighbour, now: number): void {
    const base = neighbour.frontier.baseAt(now, this.#options.limits.requestAgainMs)
    this.#send(neighbour, this.#options.ledger.changedSince(base), base, true, now)
  }

  receiveSummary(neighbour: Neighbour, { saltOne, saltOther, cells, isAnswer }: Summary, now: number): void {
    const { ledger, limits } = this.#options
    const logs = ledger.changedSince(0)
    const isDue = now - neighbour.frontier.sentAt >= limits.frontierEveryMs
    if (!isAnswer && isDue) this.#sendSummary(neighbour, logs, true, now)
    // With an answer, which confirms it: then what changes later is sent alone.
    const differing = pickDiffering(logs, cells, { one: saltOne, other: saltOther })
    this.#send(neighbour, differing, 0, false, now)
  }

  /** Blocks below the oldest one of a log have come. Neighbours need not wait for the next heartbeat. */
  noteOlder(now: number): void {
    for (const neighbour of this.#options.neighbours.values()) this.#unaware.add(neighbour)
    this.#offers.setBy(now + this.#options.limits.syncGraceMs)
  }

  /** The ledger has room again for blocks that it evicted: all neighbours have to report again what they hold. */
  requestAll(now: number): void {
    for (const neighbour of this.#options.neighbours.values()) {
      neighbour.frontier.forgetReceived()
      this.show(neighbour, now)
    }
  }

  #offer(now: number): void {
    const { ledger, limits } = this.#options
    for (const neighbour of this.#unaware) {
      const { frontier, hasEnded } = neighbour
      const dueAt = frontier.sentAt + limits.frontierEveryMs
      const isLacking = !hasEnded && !frontier.hasConfirmed(ledger.changes)
      if (isLacking && now < dueAt) {
        this.#offers.setBy(dueAt)
        continue
      }
      this.#unaware.delete(neighbour)
      if (isLacking) this.show(neighbour, now)
    }
  }

  #sendSummary(neighbour: Neighbour, logs: readonly Log[], isAnswer: boolean, now: number): void {
    neighbour.frontier.sentAt = now
    const [saltOne, saltOther] = [this.#word(), this.#word()]
    const cells = summarize(logs, Math.max(1, logs.length), { one: saltOne, other: saltOther })
    this.#options.outbox.send(neighbour, { type: 'summary', saltOne, saltOther, cells, isAnswer })
  }

  #word(): number {
    return Math.floor(this.#options.random() * 2 ** 32)
  }

  /** `logs`: those that the neighbour may not know after the first `start` changes, in the order of their changes. */
  #send(neighbour: Neighbour, logs: readonly Log[], start: number, isAnswer: boolean, now: number): void {
    const { ledger, limits, outbox } = this.#options
    const { frontier } = neighbour
    let base = start
    frontier.noteSent(ledger.changes, now)
    const pages = pagesOf(logs, ledger, limits)
    for (const [index, page] of pages.entries()) {
      const isLast = index === pages.length - 1
      const changes = isLast ? ledger.changes : page.changes
      outbox.send(neighbour, {
        type: 'frontier',
        entries: page.entries,
        base,
        changes,
        seen: frontier.seen,
        // All pages together request one answer.
        isAnswer: isAnswer || !isLast,
      })
      base = changes
    }
  }
}

interface Page {
  readonly entries: FrontierEntry[]
  /** Of the last log. */
  changes: number
}

/** At least one: it reports what is known of the neighbour's ledger, and requests its frontier. */
const pagesOf = (logs: readonly Log[], ledger: Ledger, { maxLogsPerEnvelope }: GossipLimits): readonly Page[] => {
  let page: Page = { entries: [], changes: 0 }
  const pages = [page]
  for (const log of logs) {
    const entries = entriesOf(log, ledger)
    if (page.entries.length + entries.length > maxLogsPerEnvelope) {
      page = { entries: [], changes: 0 }
      pages.push(page)
    }
    page.entries.push(...entries)
    page.changes = log.changedAt
  }
  return pages
}

/** One entry for each part: the newest, then the others from the lowest on. */
const entriesOf = (log: Log, ledger: Ledger): readonly FrontierEntry[] => {
  const entryOf = ({ height, hash }: Log['sound'], oldest: number): FrontierEntry => ({
    log: log.id,
    height,
    hash: hash.slice(0, 11),
    idleMs: wholeMs(ledger.idleMs(log)),
    forkHeight: log.fork?.height ?? 0,
    oldest,
  })
  const lower = log.lowerParts.flatMap(({ head, oldestHeight }) => (head ? [entryOf(head.block, oldestHeight)] : []))
  return [entryOf(log.sound, log.retainedFrom), ...lower]
}
