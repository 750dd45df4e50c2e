import type { CarriedBlock } from '../wire/envelope.ts'
import { runBytes } from '../ledger/carry-block.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { BlockRun } from '../wire/block.ts'
import type { PeerId } from '../wire/peer-id.ts'

/** Sends the proof that a log forks (F1). */
export class ForkProofs {
  readonly #limits: GossipLimits
  readonly #outbox: Outbox

  constructor(limits: GossipLimits, outbox: Outbox) {
    this.#limits = limits
    this.#outbox = outbox
  }

  /** To a neighbour that requests it or does not know of the fork, within the bytes that it is served. */
  show(neighbour: Neighbour, log: Log, now: number): void {
    if (!log.fork) return
    if (neighbour.serveBytes.spend(log.proofBytes, now)) this.send(neighbour, log, undefined)
    else this.#outbox.drop('too-many-requests', neighbour.identity.link)
  }

  /** `from`: who brought the proof; undefined: the neighbour lacks it. */
  send(neighbour: Neighbour, log: Log, from: PeerId | undefined): void {
    const proof = log.fork?.proof
    if (!proof) return
    const [one, other] = [carry(proof.one), carry(proof.other)]
    if (runBytes(one) + runBytes(other) <= this.#limits.maxFrameBytes) {
      return this.#outbox.sendShared(neighbour, { type: 'fork', one, other }, from ?? 'answers')
    }
    for (const half of [one, other]) {
      this.#outbox.sendShared(neighbour, { type: 'fork', one: half, other: undefined }, from ?? 'answers')
    }
    return undefined
  }
}

const carry = (run: BlockRun): readonly CarriedBlock[] =>
  run.map(({ bytes, signature }) => ({ bytes, signature, hops: [], heldMs: 0, model: undefined }))
