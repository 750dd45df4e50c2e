import { BoundedMap } from '../bounds/bounded-map.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import { type BodyPart, partBytes } from '../wire/body-part.ts'
import { type LogId, partOf, type VerifiedBlock } from '../wire/block.ts'
import { heightsOf } from './large-body.ts'
import type { Log } from './log.ts'

/** How much of a large body is held. */
export interface Progress {
  readonly log: LogId
  /** Its author's name, and its topic. */
  readonly author: string
  readonly topic: string | undefined
  /** Of the entry that it will be. */
  readonly seq: number
  /** Bytes held of the encoded body, and all of them. */
  readonly bytes: number
  readonly total: number
}

/** Reports how much of a large body is held: when its first block comes, its last one, and sometimes in between. */
export class BodyProgress {
  readonly #limits: GossipLimits
  /** When a body was last reported. */
  readonly #reportedAt: BoundedMap<string, number>

  constructor(limits: GossipLimits) {
    this.#limits = limits
    this.#reportedAt = new BoundedMap(limits.reportedBodies)
  }

  /** A block has come. Undefined: it is no part. `due`: what is to be reported now. `isWhole`: all parts are held. */
  note(
    log: Log,
    block: VerifiedBlock,
    now: number,
  ): { readonly isWhole: boolean; readonly due?: Progress } | undefined {
    const part = partOf(block)
    if (!part) return undefined
    const seq = block.firstSeq - part.index
    const bytes = heldBytes(log, block.height, part)
    const key = `${log.id} ${seq}`
    const isWhole = bytes === part.total
    const isDue = isWhole || now >= (this.#reportedAt.get(key) ?? -Infinity) + this.#limits.bodyProgressMs
    if (isWhole) this.#reportedAt.delete(key)
    else if (isDue) this.#reportedAt.set(key, now)
    if (!isDue) return { isWhole }
    const topic = block.entries[0]?.topic
    return { isWhole, due: { log: log.id, author: block.name, topic, seq, bytes, total: part.total } }
  }
}

const heldBytes = (log: Log, height: number, part: BodyPart): number => {
  const { first, last } = heightsOf(height, part)
  const lastBytes = partBytes({ ...part, index: last - first })
  const others = last - first - log.parts.lacking(first, last - 1)
  return others * partBytes({ ...part, index: 0 }) + (log.at(last) ? lastBytes : 0)
}
