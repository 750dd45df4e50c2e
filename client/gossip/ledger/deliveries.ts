import type { Entry } from '../wire/entry.ts'
import type { NodeName } from '../wire/node-name.ts'
import { DeliveredEntries } from './delivered-entries.ts'
import type { HeldBlock } from './held-block.ts'
import { type ParseBody, wholeEntry } from './large-body.ts'
import type { Log } from './log.ts'
import type { Room } from './room.ts'

/**
 * What held blocks deliver: each block its entries, and a large body one entry once all its parts are held. The block of the
 * first part holds that entry, so it goes when the first part is evicted.
 */
export class Deliveries {
  readonly #self: NodeName
  readonly #parseBody: ParseBody
  readonly #room: Pick<Room, 'delivered' | 'undelivered'>
  readonly #ordered = new DeliveredEntries()

  constructor(self: NodeName, parseBody: ParseBody, room: Pick<Room, 'delivered' | 'undelivered'>) {
    this.#self = self
    this.#parseBody = parseBody
    this.#room = room
  }

  all(): readonly Entry[] {
    return this.#ordered.all()
  }

  /** A block has become the head of its log. Gives what is delivered now. */
  append(log: Log, held: HeldBlock): readonly Entry[] {
    const entries = this.#completed(log, held)?.entries ?? held.entries
    this.#ordered.add(entries)
    this.#room.delivered(log, entries)
    return entries
  }

  /**
   * Consecutive blocks have come that do not go on from the head of their log, the oldest first. Gives what is delivered now, by
   * rising seq. `isHistory`: later entries of the log are delivered already.
   */
  insert(log: Log, blocks: readonly HeldBlock[]): { readonly entries: readonly Entry[]; readonly isHistory: boolean } {
    let top = blocks.at(-1)?.block.height ?? 0
    const entries = blocks.flatMap((held) => {
      const completed = this.#completed(log, held)
      top = Math.max(top, completed?.lastHeight ?? 0)
      return completed?.entries ?? held.entries
    })
    const next = log.parts.entryAbove(top)
    this.#ordered.addBefore(next, entries)
    this.#room.delivered(log, entries)
    return { entries, isHistory: next !== undefined }
  }

  /** The block is held no longer. */
  remove({ block, entries }: HeldBlock): void {
    this.#ordered.remove(entries)
    this.#room.undelivered(block.author, entries)
  }

  #completed(
    log: Log,
    held: HeldBlock,
  ): { readonly entries: readonly Entry[]; readonly lastHeight: number } | undefined {
    const whole = wholeEntry(log, held, this.#self, this.#parseBody)
    if (!whole) return undefined
    const { first, lastHeight, entry } = whole
    const entries = [entry]
    log.parts.replace({ ...first, entries })
    return { entries, lastHeight }
  }
}
