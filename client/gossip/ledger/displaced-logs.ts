import { BoundedMap } from '../bounds/bounded-map.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from './log.ts'
import type { LogHeight } from '../wire/envelope.ts'
import type { LogId } from '../wire/block.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { Room } from './room.ts'

interface Displaced {
  readonly author: PeerId
  readonly height: number
  readonly wasPresent: boolean
}

/**
 * The logs that lately had to make room. While the ledger is full, they are not requested again: they would come and go for
 * ever. A log that has grown may come, and so may a log whose author turns out to be in the network.
 */
export class DisplacedLogs {
  readonly #room: Pick<Room, 'isFull' | 'isPresent'>
  readonly #logs: BoundedMap<LogId, Displaced>

  constructor(limits: GossipLimits, room: Pick<Room, 'isFull' | 'isPresent'>) {
    this.#room = room
    this.#logs = new BoundedMap(limits.maxLogs)
  }

  /** Before the log loses its last block. Of a log without blocks only the fork is known, which grows no more. */
  add({ id, author, size, height }: Log): void {
    this.#logs.set(id, { author, height: size > 0 ? height : Infinity, wasPresent: this.#room.isPresent(author) })
  }

  delete(log: LogId): void {
    this.#logs.delete(log)
  }

  has({ log, height }: LogHeight): boolean {
    const displaced = this.#logs.get(log)
    if (!displaced || height > displaced.height || !this.#room.isFull) return false
    return displaced.wasPresent || !this.#room.isPresent(displaced.author)
  }
}
