import type { GossipLimits } from '../bounds/limits.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { BroadcastTrees } from '../plumtree/broadcast-trees.ts'
import type { Want } from '../wire/envelope.ts'
import type { ForkProofs } from './fork-proofs.ts'
import { IwantAnswer } from './iwant-answer.ts'

export interface BlockServerOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  readonly trees: BroadcastTrees
  readonly forks: ForkProofs
  readonly outbox: Outbox
}

/** Answers requests for blocks (S3). */
export class BlockServer {
  readonly #options: BlockServerOptions

  constructor(options: BlockServerOptions) {
    this.#options = options
  }

  /** Sends several envelopes at once, so that a round trip carries more than one envelope. */
  serve(neighbour: Neighbour, wants: readonly Want[], graft: boolean, now: number): void {
    const { ledger, limits, trees, forks, outbox } = this.#options
    const { peerId, link } = neighbour.identity
    if (!neighbour.serveBytes.spend(0, now)) return outbox.drop('too-many-requests', link) // Before the work, too.
    const answer = new IwantAnswer(limits, ledger, now)
    for (const { log: id, height, isOlder } of wants) {
      const log = ledger.log(id)
      if (!log) continue
      if (log.fork && height >= log.fork.height) forks.show(neighbour, log, now)
      if (graft) trees.makeEager(id, peerId)
      if (isOlder) answer.addOlder(log, height)
      else neighbour.noteHeight(id, answer.addNewer(log, height))
      if (answer.isFull) break
    }
    if (answer.bytes === 0) return
    if (!neighbour.serveBytes.spend(answer.bytes, now)) return outbox.drop('too-many-requests', link)
    for (const envelope of answer.envelopes()) outbox.sendShared(neighbour, envelope, 'answers')
  }
}
