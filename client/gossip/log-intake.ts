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
  /** A block that is held already has come, by this neighbour. */
  copied(log: LogId, height: number, from: NodeName): void
}

/**
 * What greeted neighbours bring of logs, on its way to `Replication`.
 *  1. Nothing reaches it of a log that is new here, whether as block, proof or name, but what `NewLogs` lets pass.
 *  2. What a neighbour has been asked for is noted before it can come.
 *  3. A frontier beyond those that a neighbour may have answered is read, but owes nothing.
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
    // Two were verified at one time, and this is the second.
    if (this.#replication.ledger.held(log, height)?.block.hash === hash) this.#port.copied(log, height, name)
    this.#replication.receiveBlock(neighbour, received, now)
  }

  /** A block known to be held, whose signature nobody looked at. */
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

  /** Blocks from these heights on are asked of it. */
  noteRequested({ identity }: Neighbour, wants: readonly LogHeight[], now: number): void {
    this.#newLogs.noteAsked(identity.peerId, wants, now)
  }
}
