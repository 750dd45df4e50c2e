import { createHash } from 'node:crypto'
import type { ReadBlock } from './frame-reader.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A digest of texts, each of which begins with its log. */
export const digestOf = (texts: readonly string[]): string => {
  const buckets = new Map<string, string[]>()
  for (const text of texts) buckets.set(text.charAt(0), [...(buckets.get(text.charAt(0)) ?? []), text])
  const lines = [...buckets].map(([first, inIt]) => `${first}${sha256(inIt.sort().join('\n'))}`)
  return sha256(lines.sort().join(','))
}

/** The blocks of one log that a node holds, the oldest first, and the first blocks of the two runs that prove its fork. */
export interface ReadLog {
  readonly held: readonly ReadBlock[]
  readonly fork?: readonly [ReadBlock, ReadBlock] | undefined
}

/** What a frontier, a digest, a summary and a sketch say of a log. Undefined: no block is held, and no neighbour has reported its age. */
export const describeLog = ({ held: brought, fork }: ReadLog) => {
  const [first] = brought
  if (!first) return undefined
  const forkHeight = fork?.[0].height ?? 0
  // A node drops what it holds if all of it is at the fork's height or above.
  const held = forkHeight > 0 && first.height >= forkHeight ? [] : brought
  const head = held.at(-1)?.height ?? 0
  const height = forkHeight > 0 ? Math.min(head, forkHeight - 1) : head
  const above = [...held, ...(fork ?? [])].find((block) => block.height === height + 1)
  const hash = held.find((block) => block.height === height)?.hash ?? above?.prev ?? ''
  const oldest = held[0]?.height ?? 0
  const text = `${first.log} ${height} ${hash}${forkHeight > 0 ? `!${forkHeight}` : ''}`
  return {
    text,
    state: `${text.slice(first.log.length)} ${oldest}`,
    retentionText: oldest > 1 ? `${first.log} ${oldest}` : undefined,
    entry: { log: first.log, height, hash: hash.slice(0, 11), forkHeight, oldest },
    bucket: Buffer.from(first.log).reduce((sum, byte) => sum + byte, 0) % 8,
    reach: forkHeight > 0 ? forkHeight : head,
  }
}
