import type {
  GrapevineNode,
  NetworkSnapshot,
  WireEnvelope,
  WireSnapshot,
  WireTotal,
} from '../../../node/api/grapevine.ts'
import { namesIn, type WireNames } from './wire-words.ts'

/** The most names that are remembered by PeerId: anyone can invent thousands of authors. */
export const mostNames = 256

const nothing: WireSnapshot = { envelopes: [], totals: new Map() }

/** The part of a node's record that this view shows: since it was last cleared, and until the pause if it is paused. */
export class WireRecord {
  readonly #node: Pick<GrapevineNode, 'wire'> | undefined
  #totals: WireSnapshot['totals'] = nothing.totals
  #envelopes: readonly WireEnvelope[] = []
  #lastId = 0
  #isPaused = false
  /** The state when the view was last cleared. */
  #cleared = { totals: nothing.totals, lastId: 0 }
  #names: WireNames = new Map()

  constructor(node?: Pick<GrapevineNode, 'wire'>) {
    this.#node = node
  }

  isOf(node: GrapevineNode): boolean {
    return this.#node === node
  }

  /** The oldest envelope first. */
  get envelopes(): readonly WireEnvelope[] {
    return this.#envelopes
  }

  /** Counts and bytes by type, since the view was last cleared. */
  get totals(): ReadonlyMap<string, WireTotal> {
    const totals = new Map<string, WireTotal>()
    for (const [type, { count, bytes }] of this.#totals) {
      const before = this.#cleared.totals.get(type) ?? { count: 0, bytes: 0 }
      if (count > before.count) totals.set(type, { count: count - before.count, bytes: bytes - before.bytes })
    }
    return totals
  }

  /** A new object with every change. */
  get names(): WireNames {
    return this.#names
  }

  /** The neighbours that sent or received the envelopes. */
  get peers(): ReadonlySet<string> {
    return new Set(this.#envelopes.map(({ peer }) => peer))
  }

  /** How many envelopes passed since the pause; undefined while the view is not paused. */
  get missed(): number | undefined {
    return this.#isPaused ? lastIdOf(this.#node?.wire() ?? nothing) - this.#lastId : undefined
  }

  /** Adopts what has passed, unless the view is paused. */
  update(): void {
    if (!this.#isPaused && this.#node) this.#adopt(this.#node.wire())
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.update()
  }

  /** From now on, shows only what passes later. */
  clear(): void {
    const now = this.#node?.wire() ?? nothing
    this.#cleared = { totals: now.totals, lastId: lastIdOf(now) }
    this.#adopt(now)
  }

  /** Learns names from the network. */
  learnNodes({ nodes }: NetworkSnapshot): void {
    this.#remember(nodes.map(({ peerId, name }) => [peerId, name]))
  }

  /** Learns names from these envelopes; this decodes them. */
  learnNames(envelopes: readonly WireEnvelope[]): void {
    this.#remember(envelopes.flatMap((envelope) => [[envelope.peerId, envelope.peer], ...namesIn(envelope)]))
  }

  #adopt(snapshot: WireSnapshot): void {
    const { lastId } = this.#cleared
    this.#totals = snapshot.totals
    this.#lastId = lastIdOf(snapshot)
    this.#envelopes = lastId === 0 ? snapshot.envelopes : snapshot.envelopes.filter(({ id }) => id > lastId)
  }

  #remember(known: readonly (readonly [peerId: string, name: string])[]): void {
    const names = new Map(this.#names)
    for (const [peerId, name] of known) if (names.size < mostNames || names.has(peerId)) names.set(peerId, name)
    const isNew = names.size > this.#names.size || [...names].some(([peerId, name]) => this.#names.get(peerId) !== name)
    if (isNew) this.#names = names
  }
}

const lastIdOf = ({ envelopes }: WireSnapshot): number => envelopes.at(-1)?.id ?? 0

export interface WireFilter {
  /** The name of the neighbour; undefined for all neighbours. */
  readonly peer: string | undefined
  readonly direction: 'in' | 'out' | undefined
  readonly hiddenTypes: ReadonlySet<string>
}

export const noFilter: WireFilter = { peer: undefined, direction: undefined, hiddenTypes: new Set() }

export const matchesFilter = (
  envelope: Pick<WireEnvelope, 'peer' | 'direction' | 'type'>,
  { peer, direction, hiddenTypes }: WireFilter,
): boolean =>
  (peer === undefined || envelope.peer === peer) &&
  (direction === undefined || envelope.direction === direction) &&
  !hiddenTypes.has(envelope.type)

/** The envelopes at the time when the reader left the end of the list, and how many of them are in the document. */
export interface HeldList {
  readonly envelopes: readonly WireEnvelope[]
  readonly count: number
}

/** Counts the envelopes after the held ones; this is a minimum if the oldest of them are no longer recorded. */
export const countNewer = (
  held: HeldList | undefined,
  envelopes: readonly WireEnvelope[],
  filter: WireFilter,
): { readonly count: number; readonly isAtLeast: boolean } => {
  if (!held) return { count: 0, isAtLeast: false }
  const last = held.envelopes.at(-1)?.id ?? 0
  const count = envelopes.filter((envelope) => envelope.id > last && matchesFilter(envelope, filter)).length
  return { count, isAtLeast: (envelopes[0]?.id ?? 0) > last + 1 && last > 0 }
}
