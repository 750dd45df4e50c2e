import { carryRun, runBytes } from '../ledger/carry-block.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { HeldBlock } from '../ledger/held-block.ts'
import type { Log } from '../ledger/log.ts'
import type { CarriedBlock, Envelope } from '../wire/envelope.ts'
import type { GossipLimits } from '../bounds/limits.ts'

/**
 * The answer to one `iwant`: a bounded number of envelopes, each of bounded size. Blocks go in runs, whose last block is
 * signed. A run may begin anywhere. It ends where a signature is held here, so one that came without inner signatures goes
 * on whole, even if it then exceeds `maxSyncBytes`.
 */
export class IwantAnswer {
  readonly #limits: GossipLimits
  readonly #ledger: Pick<Ledger, 'heldMs'>
  readonly #now: number
  readonly #pages: CarriedBlock[][] = []
  /** Bytes that the last page may still get. */
  #room = 0
  #isFull = false
  #bytes = 0

  constructor(limits: GossipLimits, ledger: Pick<Ledger, 'heldMs'>, now: number) {
    this.#limits = limits
    this.#ledger = ledger
    this.#now = now
  }

  /** A block had no room: the neighbour has to request the rest again. */
  get isFull(): boolean {
    return this.#isFull
  }

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Adds the blocks from a height on, below a fork: of the part that goes on there, or of the newest one, with which a log
   * begins. Gives the greatest height that was added; 0 without one.
   */
  addNewer(log: Log, from: number): number {
    const part = from > 1 ? log.parts.partAt(from) : undefined
    const top = Math.min(part?.height ?? Infinity, log.sound.height)
    let added = 0
    for (let start = part ? from : Math.max(from, log.oldestHeight); start <= top; start = added + 1) {
      const run = this.#place(log, this.#piecesUp(log, start, top), (pieces) => pieces.flat())
      if (run.length === 0) break
      added = start + run.length - 1
    }
    return Math.min(added, top)
  }

  /** Adds the blocks of one part below a height, the newest run first. */
  addOlder(log: Log, below: number): void {
    let end = Math.min(below - 1, log.sound.height)
    const oldest = log.parts.partAt(end)?.oldestHeight ?? Infinity
    while (end >= oldest) {
      const run = this.#place(log, this.#piecesDown(log, oldest, end), (pieces) => [...pieces].reverse().flat())
      const [first] = run
      if (!first) return
      end = first.block.height - 1
    }
  }

  envelopes(): readonly Extract<Envelope, { type: 'blocks' }>[] {
    const last = this.#pages.length - 1
    return this.#pages.map((blocks, index) => ({ type: 'blocks', blocks, more: this.#isFull && index === last }))
  }

  /**
   * Puts as many of the pieces as have room into one run: into the last page, or else into a new one, which gets the first
   * piece in any case. `join` gives the blocks of pieces in the order of their heights.
   */
  #place(
    log: Log,
    pieces: Iterable<readonly HeldBlock[]>,
    join: (pieces: readonly (readonly HeldBlock[])[]) => readonly HeldBlock[],
  ): readonly HeldBlock[] {
    const { maxBlocksPerEnvelope, maxSyncBytes, envelopesPerAnswer } = this.#limits
    let page = this.#pages.at(-1)
    let room = page ? this.#room : 0
    let count = page?.length ?? maxBlocksPerEnvelope
    const chosen: (readonly HeldBlock[])[] = []
    for (const piece of pieces) {
      const bytes = runBytes(this.#carry(piece, log)) - (chosen.length > 0 ? signatureBytes : 0)
      let fits = bytes <= room && count + piece.length <= maxBlocksPerEnvelope
      if (!fits && chosen.length === 0) {
        this.#isFull = this.#pages.length >= envelopesPerAnswer
        if (this.#isFull) break
        page = []
        this.#pages.push(page)
        room = maxSyncBytes
        count = 0
        fits = true
      }
      if (!fits) break
      chosen.push(piece)
      room -= bytes
      count += piece.length
    }
    const run = join(chosen)
    if (!page || run.length === 0) return []
    const carried = this.#carry(run, log)
    page.push(...carried)
    this.#room = room
    this.#bytes += runBytes(carried)
    return run
  }

  /** From `start` up to `top`: each piece ends with a signed block. */
  *#piecesUp(log: Log, start: number, top: number): Generator<readonly HeldBlock[]> {
    for (let height = start; height <= top;) {
      const piece = coverOf(log, height)
      if (piece.length === 0) return
      yield piece
      height += piece.length
    }
  }

  /** From `end` down: each piece begins above a signed block, so that the next one ends with it. The first may end above `end`. */
  *#piecesDown(log: Log, oldest: number, end: number): Generator<readonly HeldBlock[]> {
    for (let top = end; top >= oldest;) {
      let bottom = top
      while (bottom > oldest && !log.at(bottom - 1)?.block.signature) bottom -= 1
      const piece = coverOf(log, bottom)
      if (piece.length === 0) return
      yield piece
      top = bottom - 1
    }
  }

  #carry(run: readonly HeldBlock[], log: Log): readonly CarriedBlock[] {
    return carryRun(run, log, this.#ledger, this.#limits, this.#now)
  }
}

const signatureBytes = 64

/** The blocks from a height up to the next signed one. Blocks above a fork have no path here: they get that of the block below. */
const coverOf = (log: Log, height: number): readonly HeldBlock[] => {
  let held = log.at(height)
  return (log.runFrom(height) ?? []).flatMap((block) => {
    const own = log.at(block.height)
    held = own?.block.hash === block.hash ? own : held && withBlock(held, block)
    return held ?? []
  })
}

/** A block of the same log by the same path, which begins with the name that the author gave there. */
const withBlock = (held: HeldBlock, block: HeldBlock['block']): HeldBlock => {
  const [author, ...others] = held.hops
  return { ...held, block, hops: author ? [{ ...author, name: block.name }, ...others] : [] }
}
