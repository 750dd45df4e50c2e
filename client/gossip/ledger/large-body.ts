import { type BlockEntry, entryOf, partOf, type VerifiedBlock } from '../wire/block.ts'
import { type BodyPart, partCount } from '../wire/body-part.ts'
import type { Entry } from '../wire/entry.ts'
import { gossipLimits } from '../bounds/limits.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { HeldBlock } from './held-block.ts'
import type { Log } from './log.ts'
import type { LogPart } from './log-part.ts'

/** Decodes a whole body; undefined: it is none. */
export type ParseBody = (encoded: Uint8Array) => Entry['body'] | undefined

/** The heights of the blocks of a large body. */
export const heightsOf = (height: number, part: BodyPart): { readonly first: number; readonly last: number } => {
  const first = height - part.index
  return { first, last: first + partCount(part) - 1 }
}

/** Gives whether two consecutive blocks are no two parts of one body although one of them is a part. */
export const isBroken = (below: VerifiedBlock, above: VerifiedBlock): boolean => {
  const [part, next] = [partOf(below), partOf(above)]
  const goesOn = part !== undefined && part.index + 1 < partCount(part)
  if (!goesOn && (next?.index ?? 0) === 0) return false
  return !(part && next && next.index === part.index + 1 && isSameBody(below.entries[0], above.entries[0]))
}

const isSameBody = (one: BlockEntry | undefined, other: BlockEntry | undefined): boolean =>
  one?.part?.total === other?.part?.total && one?.topic === other?.topic && one?.supersedes === other?.supersedes

/** The entry of a large body, and the block of its first part, which delivers it. */
interface WholeEntry {
  readonly first: HeldBlock
  readonly lastHeight: number
  readonly entry: Entry
}

/** The large body of which a block is held. Undefined: parts are missing, they are no body, or it is delivered already. */
export const wholeEntry = (
  log: Log,
  { block }: HeldBlock,
  self: NodeName,
  parseBody: ParseBody,
): WholeEntry | undefined => {
  const part = partOf(block)
  const run = part && log.parts.partAt(block.height)
  if (!part || !run) return undefined
  const heights = heightsOf(block.height, part)
  if (run.oldestHeight > heights.first || run.height < heights.last) return undefined
  const first = run.at(heights.first)
  const [begin] = first?.block.entries ?? []
  if (!first || !begin || first.entries.length > 0) return undefined
  const encoded = encodedBody(run, heights.first, part)
  const body = encoded && parseBody(encoded)
  if (body === undefined) return undefined
  const path = first.hops.map((hop) => hop.name).concat(self)
  // It has arrived with the last of its parts.
  return { first, lastHeight: heights.last, entry: entryOf(block, first.block.firstSeq, { ...begin, body }, path) }
}

/** Undefined: these blocks are not the parts of one body. */
const encodedBody = (run: LogPart, firstHeight: number, { total }: BodyPart): Uint8Array | undefined => {
  const entries: BlockEntry[] = []
  for (let index = 0; index < partCount({ total }); index += 1) {
    const entry = run.at(firstHeight + index)?.block.entries[0]
    const isNext = entry?.part?.index === index && entry.part.total === total
    if (!isNext || !isSameBody(entries[0] ?? entry, entry)) return undefined
    entries.push(entry)
  }
  // All parts are checked before so much memory is used.
  const encoded = new Uint8Array(total)
  for (const [index, { body }] of entries.entries()) {
    if (body instanceof Uint8Array) encoded.set(body, index * gossipLimits.maxBodyBytes)
  }
  return encoded
}
