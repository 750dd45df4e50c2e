import { type Block } from './wire/block.ts'
import type { CopyCounts } from './receipts/copy-counts.ts'
import type { LogHeight } from './wire/envelope.ts'
import type { ForkProof } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { NewLogs } from './ledger/new-logs.ts'
import type { Outbox } from './effects/outbox.ts'
import type { BlockStrike } from './accepted-blocks.ts'
import type { ReceivedRun, Replication } from './replication.ts'
import type { Frontier } from './anti-entropy/anti-entropy.ts'
import type { Summary } from './anti-entropy/frontiers.ts'

export interface LogIntakeOptions {
  readonly newLogs: NewLogs
  readonly replication: Replication
  readonly copies: CopyCounts
  readonly outbox: Outbox
}

/**
 * What greeted neighbours bring of logs, before it reaches `Replication`.
 *  1. A log that is new here reaches it only if `NewLogs` admits it, whether as block, proof or announcement.
 *  2. A log that had to make room lately is not requested again (R1).
 *  3. A neighbour that sends too many frontiers still has them read, but not answered.
 */
export class LogIntake {
  readonly #newLogs: NewLogs
  readonly #replication: Replication
  readonly #copies: CopyCounts
  readonly #outbox: Outbox

  constructor({ newLogs, replication, copies, outbox }: LogIntakeOptions) {
    this.#newLogs = newLogs
    this.#replication = replication
    this.#copies = copies
    this.#outbox = outbox
  }

  receiveRun(neighbour: Neighbour, run: ReceivedRun, now: number): BlockStrike | undefined {
    const { peerId, link, name } = neighbour.identity
    const [first] = run.blocks
    if (!first) return undefined
    const { log } = first.block
    const { ledger } = this.#replication
    const copies = run.blocks.filter(({ block }) => ledger.held(log, block.height)?.block.hash === block.hash)
    if (!run.byPush) this.#replication.noteAnswer(neighbour, log, copies.length > 0, now)
    if (!this.#newLogs.admits(peerId, log, now)) {
      this.#outbox.drop('too-many-new-logs', link)
      this.#replication.receiveIhave(neighbour, this.#newLogs.pickAnnounced(peerId, first, now), now)
      return undefined
    }
    // Two copies were verified at the same time, and this is the second.
    for (const { block } of copies) this.#copies.add(log, block.height, name)
    return this.#replication.receiveRun(neighbour, run, now)
  }

  /** A copy of a block that is held. Its signature was not checked. */
  receiveCopy(neighbour: Neighbour, { log, height }: LogHeight, byPush: boolean, now: number): void {
    this.#copies.add(log, height, neighbour.identity.name)
    if (!byPush) this.#replication.noteAnswer(neighbour, log, true, now)
    this.#replication.receiveCopy(neighbour, log, height, byPush, now)
  }

  /** Whether a fork at this height or below is known: then its proof needs no check. */
  knowsFork(neighbour: Neighbour, [first]: readonly Block[], now: number): boolean {
    if (!first) return false
    const id = first.log
    const fork = this.#replication.ledger.log(id)?.fork
    if (!fork || fork.height > first.height) return false
    this.#replication.noteAnswer(neighbour, id, false, now)
    this.#outbox.drop('duplicate', neighbour.identity.link)
    return true
  }

  receiveFork(neighbour: Neighbour, proof: ForkProof, now: number): void {
    const { peerId, link } = neighbour.identity
    // It may answer a request for a block above the fork.
    this.#replication.noteAnswer(neighbour, proof.one[0].log, false, now)
    if (this.#newLogs.admitsFork(peerId, proof, now)) this.#replication.receiveFork(proof, peerId, now)
    else this.#outbox.drop('too-many-new-logs', link)
  }

  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    const named = this.#newLogs.pickNamed(neighbour.identity.peerId, this.#withoutDisplaced(heads), now)
    this.#replication.receiveIhave(neighbour, named, now)
  }

  receiveSummary(neighbour: Neighbour, summary: Summary, now: number): void {
    if (neighbour.summaryAnswers.spend(1, now)) this.#replication.receiveSummary(neighbour, summary, now)
    else this.#outbox.drop('too-many-requests', neighbour.identity.link)
  }

  receiveFrontier(neighbour: Neighbour, frontier: Frontier, now: number): void {
    const { peerId, link } = neighbour.identity
    const entries = this.#withoutDisplaced(frontier.entries)
    const admitted = this.#newLogs.pickNamed(peerId, entries, now)
    const isOwed = !frontier.isAnswer && neighbour.frontierAnswers.spend(1, now)
    if (!isOwed && !frontier.isAnswer) this.#outbox.drop('too-many-requests', link)
    this.#replication.receiveFrontier(neighbour, { ...frontier, entries, isAnswer: !isOwed }, admitted, now)
  }

  #withoutDisplaced<Named extends LogHeight>(heads: readonly Named[]): readonly Named[] {
    return heads.filter((head) => !this.#replication.ledger.isDisplaced(head))
  }
}
