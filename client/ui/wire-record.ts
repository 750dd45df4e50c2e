import type { GrapevineNode, WireEnvelope } from '../grapevine.ts'
import { namesIn, type WireNames } from './wire-words.ts'

export const wireRecordLimits = {
  /** Envelopes kept. A link at rest makes one a second, so this is some minutes; a busy one fills it in seconds. */
  rows: 500,
  /** Names by PeerId. */
  names: 256,
} as const

export type WireRow =
  | { readonly kind: 'envelope'; readonly id: number; readonly envelope: WireEnvelope }
  /** Something was not recorded here: what passed while paused, or nobody looked (absent). */
  | { readonly kind: 'gap'; readonly id: number; readonly missed?: Missed }

/** Envelopes that passed during a pause. */
export interface Missed {
  readonly count: number
  /** Nobody looked for a part of the pause. */
  readonly isAtLeast: boolean
}

export interface WireTotal {
  readonly count: number
  readonly bytes: number
}

const nothingMissed: Missed = { count: 0, isAtLeast: false }

/** The last envelopes, how many of each type there were, and the names that they told. All of it bounded. */
export class WireRecord {
  readonly #node: GrapevineNode | undefined
  #rows: WireRow[] = []
  #lastId = 0
  #missed: Missed | undefined
  readonly #totals = new Map<string, WireTotal>()
  readonly #names = new Map<string, string>()
  readonly #peers = new Set<string>()

  constructor(node?: GrapevineNode) {
    this.#node = node
  }

  isOf(node: GrapevineNode): boolean {
    return this.#node === node
  }

  /** The oldest first. A new array only when it has changed. */
  get rows(): readonly WireRow[] {
    return this.#rows
  }

  get totals(): ReadonlyMap<string, WireTotal> {
    return this.#totals
  }

  get names(): WireNames {
    return this.#names
  }

  /** Neighbours of the envelopes since the last clearing. */
  get peers(): ReadonlySet<string> {
    return this.#peers
  }

  get envelopes(): number {
    return this.#rows.reduce((count, { kind }) => count + (kind === 'envelope' ? 1 : 0), 0)
  }

  /** Since the pause; absent while nothing is paused. */
  get missed(): Missed | undefined {
    return this.#missed
  }

  add(envelopes: readonly WireEnvelope[]): void {
    if (envelopes.length === 0) return
    if (this.#missed) {
      this.#missed = { ...this.#missed, count: this.#missed.count + envelopes.length }
      return
    }
    const rows = envelopes.map((envelope): WireRow => ({ kind: 'envelope', id: this.#nextId(), envelope }))
    this.#append(rows)
    for (const envelope of envelopes) this.#count(envelope)
  }

  pause(): void {
    this.#missed ??= nothingMissed
  }

  /** What comes from now on is recorded behind what is there, with a note of what passed meanwhile. */
  resume(): void {
    const missed = this.#missed
    this.#missed = undefined
    if (missed && (missed.count > 0 || missed.isAtLeast)) this.#append([{ kind: 'gap', id: this.#nextId(), missed }])
  }

  /** Nobody looked for a while. */
  interrupt(): void {
    if (this.#missed) {
      this.#missed = { ...this.#missed, isAtLeast: true }
      return
    }
    const last = this.#rows.at(-1)
    if (last?.kind === 'envelope') this.#append([{ kind: 'gap', id: this.#nextId() }])
  }

  clear(): void {
    this.#rows = []
    this.#totals.clear()
    this.#peers.clear()
    if (this.#missed) this.#missed = nothingMissed
  }

  #append(rows: readonly WireRow[]): void {
    this.#rows = [...this.#rows, ...rows].slice(-wireRecordLimits.rows)
  }

  #count(envelope: WireEnvelope): void {
    const { type, bytes, peer, peerId } = envelope
    const { count = 0, bytes: sum = 0 } = this.#totals.get(type) ?? {}
    this.#totals.set(type, { count: count + 1, bytes: sum + bytes })
    if (this.#peers.size < wireRecordLimits.names) this.#peers.add(peer)
    for (const [key, name] of [[peerId, peer] as const, ...namesIn(envelope)]) {
      if (this.#names.size < wireRecordLimits.names || this.#names.has(key)) this.#names.set(key, name)
    }
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}

export interface WireFilter {
  /** All if absent. */
  readonly peer: string | undefined
  readonly direction: 'in' | 'out' | undefined
  /** These types are left out. */
  readonly hiddenTypes: ReadonlySet<string>
}

export const passes = (row: WireRow, { peer, direction, hiddenTypes }: WireFilter): boolean => {
  if (row.kind === 'gap') return true
  const { envelope } = row
  return (
    (peer === undefined || envelope.peer === peer) &&
    (direction === undefined || envelope.direction === direction) &&
    !hiddenTypes.has(envelope.type)
  )
}
