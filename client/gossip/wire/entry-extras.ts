import { type BodyPart, parsePart } from './body-part.ts'
import type { Entry } from './entry.ts'
import { parseTopic } from './topic.ts'

/** What an entry may have beside time and body. */
export type EntryExtras = Pick<Entry, 'topic' | 'supersedes'>

/** The same of an entry in a block, which may carry a part of a large body. */
export interface BlockExtras extends EntryExtras {
  readonly part?: BodyPart
}

/** As plain values; undefined if there are none. */
export const extrasFields = ({ topic, supersedes, part }: BlockExtras): object | undefined => {
  if (topic === undefined && !supersedes && !part) return undefined
  return {
    ...(part && { p: [part.index, part.total] }),
    ...(supersedes && { s: true }),
    ...(topic !== undefined && { t: topic }),
  }
}

/** Rebuilds extras from a decoded value, or returns nothing. None at all have no form of their own. */
export const parseExtras = (value: unknown): BlockExtras | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const names = Object.keys(value)
  const { p: partField, s: supersedes, t: topicField } = value as { readonly [name: string]: unknown }
  if (names.length === 0 || names.some((name) => name !== 'p' && name !== 's' && name !== 't')) return undefined
  const [part, topic] = [parsePart(partField), parseTopic(topicField)]
  if ((partField !== undefined && !part) || (topicField !== undefined && topic === undefined)) return undefined
  if (supersedes !== undefined && supersedes !== true) return undefined
  return { ...(part && { part }), ...(supersedes && { supersedes }), ...(topic !== undefined && { topic }) }
}
