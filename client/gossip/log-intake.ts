import { type LogId, logIdOf } from './wire/block.ts'
import type { BlockDrop } from './gossip-effect.ts'
import type { LogHeight } from './wire/envelope.ts'
import type { GossipLimits } from './bounds/limits.ts'
import type { LinkId } from './wire/link.ts'
import type { ForkProof } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import { type NewLogDrop, NewLogs } from './ledger/new-logs.ts'
import type { NodeName } from './wire/node-name.ts'
import type { ReceivedBlock } from './gossip-event.ts'
import type { Replication } from './replication.ts'
import type { Frontier } from './anti-entropy/anti-entropy.ts'

export interface LogIntakePort {
  drop(reason: NewLogDrop | Extract<BlockDrop, 'too-many-requests'>, link: LinkId): void
  /** A copy of a block that is held came from this neighbour. */
  copied(log: LogId, height: number, from: NodeName): void
}

/**
 * What greeted neighbours bring of logs, before it reaches `Replication`.
 *  1. A log that is new here reaches it only if `NewLogs` admits it, whether as block, proof or announcement.
 *  2. A request to a neighbour is noted before its answer can come.
 *  3. A neighbour that sends too many frontiers still has them read, but not answered.
 */
export class LogIntake {
  readonly #newLogs: NewLogs
  readonly #replication: Replication
  readonly #port: LogIntakePort

  constructor(limits: GossipLimits, replication: Replication, port: LogIntakePort) {
    this.#newLogs = new NewLogs(limits, (log) => replication.ledger.log(log) !== undefined)
    this.#replication = replication
    this.#port = port
  }

  receiveBlock(neighbour: Neighbour, received: ReceivedBlock, now: number): void {
    const { peerId, link, name } = neighbour.identity
    const { hash, height } = received.block
    const log = logIdOf(received.block)
    if (!this.#newLogs.admits(peerId, log, now)) {
      this.#port.drop('too-many-new-logs', link)
      return this.#replication.receiveIhave(neighbour, this.#newLogs.pickAnnounced(peerId, received, now), now)
    }
    // Two copies were verified at the same time, and this is the second.
    if (this.#replication.ledger.held(log, height)?.block.hash === hash) this.#port.copied(log, height, name)
    this.#replication.receiveBlock(neighbour, received, now)
  }

  /** A copy of a block that is held. Its signature was not checked. */
  receiveCopy(neighbour: Neighbour, { log, height }: LogHeight, byPush: boolean, now: number): void {
    this.#port.copied(log, height, neighbour.identity.name)
    this.#replication.receiveCopy(neighbour, log, height, byPush, now)
  }

  receiveFork({ identity: { peerId, link } }: Neighbour, proof: ForkProof, now: number): void {
    if (this.#newLogs.admitsFork(peerId, proof, now)) this.#replication.receiveFork(proof, peerId)
    else this.#port.drop('too-many-new-logs', link)
  }

  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    const named = this.#newLogs.pickNamed(neighbour.identity.peerId, heads, now)
    this.#replication.receiveIhave(neighbour, named, now)
  }

  receiveFrontier(neighbour: Neighbour, frontier: Frontier, now: number): void {
    const { peerId, link } = neighbour.identity
    const entries = this.#newLogs.pickNamed(peerId, frontier.entries, now)
    const isOwed = !frontier.isAnswer && neighbour.frontierAnswers.spend(1, now)
    if (!isOwed && !frontier.isAnswer) this.#port.drop('too-many-requests', link)
    this.#replication.receiveFrontier(neighbour, { ...frontier, isAnswer: !isOwed }, entries, now)
  }

  /** This node requests blocks from these heights on of the neighbour. */
  noteRequested({ identity }: Neighbour, wants: readonly LogHeight[], now: number): void {
    this.#newLogs.noteAsked(identity.peerId, wants, now)
  }
}
