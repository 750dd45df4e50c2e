import type { Entry } from './entry.ts'
import { parseTopic } from './topic.ts'

/** What an entry of a block may have beside time and body. */
export type EntryExtras = Pick<Entry, 'topic' | 'supersedes'>

/** As plain values; undefined if there are none. */
export const extrasFields = ({ topic, supersedes }: EntryExtras): object | undefined => {
  if (topic === undefined && !supersedes) return undefined
  return { ...(supersedes && { s: true }), ...(topic !== undefined && { t: topic }) }
}

/** Rebuilds extras from a decoded value, or returns nothing. None at all have no form of their own. */
export const parseExtras = (value: unknown): EntryExtras | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { s: supersedes, t: topicField, ...others } = value as { readonly [key: string]: unknown }
  const topic = parseTopic(topicField)
  if (Object.keys(others).length > 0 || (topicField === undefined && supersedes === undefined)) return undefined
  if ((topicField !== undefined && topic === undefined) || (supersedes !== undefined && supersedes !== true))
    return undefined
  return { ...(topic !== undefined && { topic }), ...(supersedes && { supersedes }) }
}
