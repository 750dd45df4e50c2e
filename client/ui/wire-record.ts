import type { GrapevineNode, NetworkSnapshot, WireEnvelope, WireSnapshot, WireTotal } from '../grapevine.ts'
import { namesIn, type WireNames } from './wire-words.ts'

/** Names by PeerId that are remembered. Anybody can make up authors by the thousand. */
export const mostNames = 256

const nothing: WireSnapshot = { envelopes: [], totals: new Map() }

/** What a node recorded, as far as this view shows it: from the last clearing on, and up to the pause while there is one. */
export class WireRecord {
  readonly #node: Pick<GrapevineNode, 'wire'> | undefined
  #snapshot = nothing
  #envelopes: readonly WireEnvelope[] = []
  #isPaused = false
  /** What was there at the last clearing. */
  #cleared = nothing
  readonly #names = new Map<string, string>()

  constructor(node?: Pick<GrapevineNode, 'wire'>) {
    this.#node = node
  }

  isOf(node: GrapevineNode): boolean {
    return this.#node === node
  }

  /** The oldest first. */
  get envelopes(): readonly WireEnvelope[] {
    return this.#envelopes
  }

  /** By type. */
  get totals(): ReadonlyMap<string, WireTotal> {
    const totals = new Map<string, WireTotal>()
    for (const [type, { count, bytes }] of this.#snapshot.totals) {
      const before = this.#cleared.totals.get(type) ?? { count: 0, bytes: 0 }
      if (count > before.count) totals.set(type, { count: count - before.count, bytes: bytes - before.bytes })
    }
    return totals
  }

  get names(): WireNames {
    return this.#names
  }

  /** Neighbours of the envelopes. */
  get peers(): ReadonlySet<string> {
    return new Set(this.#envelopes.map(({ peer }) => peer))
  }

  /** Envelopes that passed since the pause; undefined while nothing is paused. */
  get missed(): number | undefined {
    return this.#isPaused ? lastId(this.#node?.wire() ?? nothing) - lastId(this.#snapshot) : undefined
  }

  /** Takes up what has passed, unless it is paused. */
  look(): void {
    if (!this.#isPaused && this.#node) this.#take(this.#node.wire())
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.look()
  }

  /** Shows what passes from now on. */
  clear(): void {
    const now = this.#node?.wire() ?? nothing
    this.#cleared = now
    this.#take(now)
  }

  /** Names that the network tells. */
  meet({ nodes }: NetworkSnapshot): void {
    for (const { peerId, name } of nodes) this.#remember(peerId, name)
  }

  /** Names that an envelope tells, which is decoded for it. */
  learn(envelope: WireEnvelope): void {
    this.#remember(envelope.peerId, envelope.peer)
    for (const [peerId, name] of namesIn(envelope)) this.#remember(peerId, name)
  }

  #take(snapshot: WireSnapshot): void {
    const after = lastId(this.#cleared)
    this.#snapshot = snapshot
    this.#envelopes = after === 0 ? snapshot.envelopes : snapshot.envelopes.filter(({ id }) => id > after)
  }

  #remember(peerId: string, name: string): void {
    if (this.#names.size < mostNames || this.#names.has(peerId)) this.#names.set(peerId, name)
  }
}

const lastId = ({ envelopes }: WireSnapshot): number => envelopes.at(-1)?.id ?? 0

export interface WireFilter {
  /** All if absent. */
  readonly peer: string | undefined
  readonly direction: 'in' | 'out' | undefined
  /** These types are left out. */
  readonly hiddenTypes: ReadonlySet<string>
}

export const passes = (
  envelope: Pick<WireEnvelope, 'peer' | 'direction' | 'type'>,
  { peer, direction, hiddenTypes }: WireFilter,
): boolean =>
  (peer === undefined || envelope.peer === peer) &&
  (direction === undefined || envelope.direction === direction) &&
  !hiddenTypes.has(envelope.type)
