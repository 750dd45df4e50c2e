import { isCount } from './integers.ts'
import { type NodeName, parseNodeName } from './node-name.ts'

/** One step of a block's path: the node, how long it held the block, and how far away the next node is. */
export interface Hop {
  readonly name: NodeName
  /** Milliseconds from the block's arrival (at the author: from its creation) until it was sent on. */
  readonly heldMs: number
  /** The round trip of the next link as its receiver measured it, milliseconds. Half of it estimates the travel time. */
  readonly rttMs: number
}

const maxMs = 1e9

/** Whole milliseconds in the range that the wire carries. */
export const wholeMs = (ms: number): number => Math.min(maxMs, Math.max(0, Math.round(ms)))

export const parseMs = (value: unknown): number | undefined => (isCount(value) && value <= maxMs ? value : undefined)

export const parseHops = (value: unknown, maxHops: number): readonly Hop[] | undefined => {
  if (!Array.isArray(value) || value.length > maxHops) return undefined
  const hops: Hop[] = []
  for (const field of value as unknown[]) {
    if (!Array.isArray(field) || field.length !== 3) return undefined
    const [nameField, heldField, rttField] = field as unknown[]
    const name = parseNodeName(nameField)
    const heldMs = parseMs(heldField)
    const rttMs = parseMs(rttField)
    if (!name || heldMs === undefined || rttMs === undefined) return undefined
    hops.push({ name, heldMs, rttMs })
  }
  return hops
}

/** A path of at most so many hops. Most are shorter, and are not copied. */
export const cutPath = (hops: readonly Hop[], most: number): readonly Hop[] =>
  hops.length > most ? hops.slice(0, most) : hops

export const hopFields = (hops: readonly Hop[]): unknown[] =>
  hops.map(({ name, heldMs, rttMs }) => [name, heldMs, rttMs])
