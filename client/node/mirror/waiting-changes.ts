import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { Change } from './messages.ts'

export interface WaitingLimits {
  /** Changes of one batch. */
  readonly changes: number
  /** Bytes of direct messages in one batch, unless one alone is larger. */
  readonly batchBytes: number
  /** Bytes of direct messages that wait. */
  readonly waitingBytes: number
}

/**
 * The changes that wait for the page, in their order. Direct messages are large and come once, so they have a limit of their
 * own: what exceeds it is left out.
 */
export class WaitingChanges {
  readonly #limits: WaitingLimits
  #changes: Change[] = []
  #bytes = 0

  constructor(limits: WaitingLimits) {
    this.#limits = limits
  }

  get all(): readonly Change[] {
    return this.#changes
  }

  /** False: there is no room for a direct message. */
  add(change: Change): boolean {
    const bytes = directBytes(change)
    if (this.#bytes + bytes > this.#limits.waitingBytes) return false
    this.#bytes += bytes
    this.#changes.push(change)
    return true
  }

  replace(changes: Change[]): void {
    this.#changes = changes
    this.#bytes = changes.reduce((sum, change) => sum + directBytes(change), 0)
  }

  /** Removes the changes of the next batch. */
  take(): readonly Change[] {
    const { changes, batchBytes } = this.#limits
    let bytes = 0
    let count = 0
    for (const change of this.#changes.slice(0, changes)) {
      bytes += directBytes(change)
      if (count > 0 && bytes > batchBytes) break
      count += 1
    }
    const taken = this.#changes.splice(0, count)
    this.#bytes -= taken.reduce((sum, change) => sum + directBytes(change), 0)
    return taken
  }
}

const directBytes = (change: Change): number =>
  change.type === 'event' && change.name === 'direct' ? bytesOf(change.event.body) : 0

/** About as many bytes as the body takes: a text's characters count as one each. */
const bytesOf = (body: JsonValue | Uint8Array): number => {
  if (body instanceof Uint8Array) return body.length
  if (typeof body === 'string') return body.length
  if (typeof body !== 'object' || body === null) return 8
  return Object.entries(body).reduce((sum, [key, member]: [string, JsonValue]) => sum + key.length + bytesOf(member), 8)
}
