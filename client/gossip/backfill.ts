import type { AcceptedBlocks, ArrivedBlock } from './accepted-blocks.ts'
import type { AntiEntropy } from './anti-entropy/anti-entropy.ts'
import type { Outbox } from './effects/outbox.ts'
import { mayGrowBelow } from './ledger/growth.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { ForkProof, Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import { type BlockRun, isNext } from './wire/block.ts'

export interface BackfillOptions {
  readonly ledger: Pick<Ledger, 'hasRoom' | 'dropBelow'>
  readonly antiEntropy: Pick<AntiEntropy, 'isWantedApart' | 'requestProof' | 'forgetParts'>
  readonly accepted: Pick<AcceptedBlocks, 'acceptApart'>
  readonly outbox: Outbox
}

/** Blocks that do not go on from the head of their log (L2): below the newest part, or apart from all that is held. */
export class Backfill {
  readonly #options: BackfillOptions

  constructor(options: BackfillOptions) {
    this.#options = options
  }

  /** Whether a requested run that goes on from the head only after a gap is wanted nevertheless. */
  isApart(log: Log, run: readonly ArrivedBlock[]): boolean {
    const forkHeight = log.fork?.height ?? Infinity
    const first = run[0]?.block.height ?? 0
    const last = run.findLast(({ block }) => block.height < forkHeight)?.block.height ?? 0
    return log.size > 0 && first > log.height + 1 && this.#options.antiEntropy.isWantedApart(log.id, last)
  }

  /** Takes the first `count` blocks of a run, the oldest first. Gives the proof of a fork that they show. */
  receive(
    neighbour: Neighbour,
    log: Log,
    run: readonly ArrivedBlock[],
    count: number,
    now: number,
  ): ForkProof | undefined {
    const blocks = run.slice(0, count)
    const conflict = blocks.findIndex(({ block }) => (log.at(block.height)?.block.hash ?? block.hash) !== block.hash)
    const one = log.runFrom(blocks[conflict]?.block.height ?? 0)
    if (one) return { one, other: run.slice(conflict).map(({ block }) => block) as unknown as BlockRun }
    for (const piece of piecesOf(blocks, (height) => log.at(height) !== undefined)) {
      if (!this.#receivePiece(neighbour, log, piece, run.length > count, now)) return undefined
    }
    return undefined
  }

  /** Consecutive blocks none of which is held. `goesOn`: the run has blocks above. False: they are not accepted. */
  #receivePiece(neighbour: Neighbour, log: Log, piece: readonly ArrivedBlock[], goesOn: boolean, now: number): boolean {
    const { ledger, antiEntropy, accepted, outbox } = this.#options
    const blocks = piece.map(({ block }) => block)
    const [first, last] = [blocks[0], blocks.at(-1)]
    if (!first || !last) return false
    const above = log.at(last.height + 1)?.block
    const joinsAbove = above !== undefined && isNext(last, above)
    const fit = log.parts.fitOfRun(blocks)
    if (fit === 'conflict' && !joinsAbove) {
      // If the author signed two chains, the neighbour's block for the height of a held one proves it.
      const height = above ? last.height + 1 : first.height - 1
      antiEntropy.forgetParts(log.id)
      if (log.at(height)) antiEntropy.requestProof(neighbour, log.id, height, now)
      outbox.drop('gap', neighbour.identity.link)
      return false
    }
    const isCovered = joinsAbove || last.signature !== undefined || (goesOn && last.height + 1 === log.fork?.height)
    const isWanted =
      fit === 'apart' ? antiEntropy.isWantedApart(log.id, last.height) : mayGrowBelow(log, last.height + 1, ledger)
    // It was trimmed here, or nobody asked for it.
    if (!isCovered || !isWanted) {
      outbox.drop('duplicate', neighbour.identity.link)
      return false
    }
    // The chain down from the head shows that what is held below is of another one.
    if (fit === 'conflict') ledger.dropBelow(log, first.height)
    accepted.acceptApart(neighbour, log, piece, now)
    return true
  }
}

/** The blocks that are not held, in pieces without gaps, the newest piece first. */
const piecesOf = (
  run: readonly ArrivedBlock[],
  isHeld: (height: number) => boolean,
): readonly (readonly ArrivedBlock[])[] => {
  const pieces: ArrivedBlock[][] = []
  let piece: ArrivedBlock[] | undefined
  for (const arrived of run) {
    if (isHeld(arrived.block.height)) piece = undefined
    else if (piece) piece.push(arrived)
    else pieces.unshift((piece = [arrived]))
  }
  return pieces
}
