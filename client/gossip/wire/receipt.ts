import { type LogId, parseLogId } from './block.ts'
import { type Hop, hopFields, parseHops } from './hop.ts'
import { gossipLimits } from '../bounds/limits.ts'
import { isPositive } from './integers.ts'
import { type NodeName, parseNodeName } from './node-name.ts'
import { type PeerId, parsePeerIdBytes, peerIdBytes } from './peer-id.ts'

/** Which nodes have this block? The hash names the block, since a forked log has two of one height. */
export interface ReceiptRequest {
  readonly author: PeerId
  /** Random at the start of a page load, then counted up, so no two requests of one node are equal. */
  readonly serial: number
  readonly log: LogId
  readonly height: number
  /** Start of the block's hash, 11 characters. */
  readonly hash: string
}

/** Its author has the block, and this is the path by which the block came. */
export interface ReceiptContent {
  readonly author: PeerId
  readonly name: NodeName
  /** The author of the request. */
  readonly asker: PeerId
  readonly serial: number
  readonly log: LogId
  readonly height: number
  /** The path of the block: its author first, without the receipt's author; empty for the author's own block. */
  readonly hops: readonly Hop[]
  /** Copies of the block that the receipt's author dropped, by the neighbour that sent them. */
  readonly copies: readonly SuppressedCopies[]
}

export interface SuppressedCopies {
  readonly from: NodeName
  readonly count: number
}

export const requestFields = ({ author, serial, log, height, hash }: ReceiptRequest): unknown[] => [
  peerIdBytes(author),
  serial,
  log,
  height,
  hash,
]

export const receiptFields = (content: ReceiptContent): unknown[] => [
  peerIdBytes(content.author),
  content.name,
  peerIdBytes(content.asker),
  content.serial,
  content.log,
  content.height,
  hopFields(content.hops),
  content.copies.map(({ from, count }) => [from, count]),
]

export const parseRequestFields = (value: unknown): ReceiptRequest | undefined => {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [authorField, serial, logField, height, hash] = value as unknown[]
  const author = parsePeerIdBytes(authorField)
  const log = parseLogId(logField)
  if (!author || !log || !isPositive(serial) || !isPositive(height)) return undefined
  if (typeof hash !== 'string' || !/^[A-Za-z0-9_-]{1,11}$/.test(hash)) return undefined
  return { author, serial, log, height, hash }
}

export const parseReceiptFields = (value: unknown): ReceiptContent | undefined => {
  if (!Array.isArray(value) || value.length !== 8) return undefined
  const [authorField, nameField, askerField, serial, logField, height, hopsField, copiesField] = value as unknown[]
  const author = parsePeerIdBytes(authorField)
  const name = parseNodeName(nameField)
  const asker = parsePeerIdBytes(askerField)
  const log = parseLogId(logField)
  const hops = parseHops(hopsField, gossipLimits.maxPathNames - 1)
  const copies = parseCopies(copiesField)
  if (!author || !name || !asker || !log || !hops || !copies || !isPositive(serial) || !isPositive(height))
    return undefined
  return { author, name, asker, serial, log, height, hops, copies }
}

const parseCopies = (value: unknown): SuppressedCopies[] | undefined => {
  if (!Array.isArray(value) || value.length > gossipLimits.maxLinks) return undefined
  const copies: SuppressedCopies[] = []
  for (const field of value as unknown[]) {
    if (!Array.isArray(field) || field.length !== 2) return undefined
    const [fromField, count] = field as unknown[]
    const from = parseNodeName(fromField)
    if (!from || !isPositive(count)) return undefined
    copies.push({ from, count })
  }
  return copies
}
