import type { Entry, JsonValue } from '../../client/gossip/entry.ts'
import type { Diagnosis } from '../../client/diagnosis.ts'
import type { GrapevineNode, LinkSnapshot, NodeEvents, NodeState, NodeStats } from '../../client/grapevine.ts'

type Listener<Type extends keyof NodeEvents> = (event: NodeEvents[Type]) => void

/** A PeerId that is easy to tell from others: 43 characters, the name first. */
export const fakePeerId = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .padEnd(43, 'x')
    .slice(0, 43)

interface FakeNodeOptions {
  readonly name?: string
  readonly net?: string
  readonly state?: NodeState
}

/** A node that is driven by a test instead of by a network. */
export class FakeNode implements GrapevineNode {
  readonly name: string
  readonly net: string
  readonly peerId: string
  /** How often the page asked for the digest. */
  digests = 0
  /** Peers whose new key was trusted. */
  readonly trusted: string[] = []
  /** The next publications reject with this. */
  failure: Error | undefined
  readonly #entries: Entry[] = []
  readonly #listeners: { [Type in keyof NodeEvents]: Set<Listener<Type>> } = {
    entry: new Set(),
    link: new Set(),
    fork: new Set(),
    state: new Set(),
    drop: new Set(),
    diagnosis: new Set(),
  }
  readonly #drops: Record<string, number> = {}
  #links: readonly LinkSnapshot[] = []
  #state: NodeState
  #diagnosis: Partial<Diagnosis> = {}

  constructor({ name = 'node1', net = 'main', state = { status: 'online' } }: FakeNodeOptions = {}) {
    this.name = name
    this.net = net
    this.peerId = fakePeerId(name)
    this.#state = state
  }

  ping(): Promise<Entry> {
    return this.publish("I'm alive")
  }

  async publish(body: JsonValue | Uint8Array): Promise<Entry> {
    if (this.failure) throw this.failure
    return this.deliver({ body })
  }

  /** An entry arrives; by default one's own. */
  deliver(entry: Partial<Entry> & Pick<Entry, 'body'>): Entry {
    const author = entry.author ?? this.name
    const delivered: Entry = {
      author,
      peerId: fakePeerId(author),
      epoch: '1-0123456789abcdef',
      seq: this.#entries.filter((known) => known.author === author).length + 1,
      time: 1_700_000_000_000,
      path: author === this.name ? [author] : [author, this.name],
      ...entry,
    }
    this.#entries.push(delivered)
    for (const listener of this.#listeners.entry) listener(delivered)
    return delivered
  }

  /** Many entries at once, quickly. */
  deliverMany(count: number, author = 'node2'): void {
    const first = this.#entries.length + 1
    for (let index = 0; index < count; index += 1) {
      this.deliver({ author, seq: first + index, body: `message ${first + index}` })
    }
  }

  become(state: NodeState): void {
    this.#state = state
    for (const listener of this.#listeners.state) listener(state)
  }

  /** Replaces all links. */
  link(...links: readonly LinkSnapshot[]): void {
    const gone = this.#links.filter(({ peer }) => !links.some((link) => link.peer === peer))
    this.#links = links
    const events = [...links, ...gone.map(({ peer }) => ({ peer, removed: true }) as const)]
    for (const event of events) for (const listener of this.#listeners.link) listener(event)
  }

  drop(reason: string): void {
    this.#drops[reason] = (this.#drops[reason] ?? 0) + 1
    for (const listener of this.#listeners.drop) listener({ reason })
  }

  /** Listeners that nobody has taken back. */
  get listenerCount(): number {
    return Object.values(this.#listeners).reduce((sum, listeners) => sum + listeners.size, 0)
  }

  entries(): readonly Entry[] {
    return this.#entries
  }

  links(): readonly LinkSnapshot[] {
    return this.#links
  }

  digest(): string {
    this.digests += 1
    return this.#entries.length.toString(16).padStart(64, '7')
  }

  stats(): NodeStats {
    const delivered = this.#entries.length
    return { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0, delivered, duplicates: 0, drops: this.#drops }
  }

  state(): NodeState {
    return this.#state
  }

  /** What it knows of its connection; `parts` replace what a registered node without upstreams would say. */
  diagnose(parts: Partial<Diagnosis>): void {
    this.#diagnosis = parts
    for (const listener of this.#listeners.diagnosis) listener(this.diagnosis())
  }

  diagnosis(): Diagnosis {
    const { name, peerId } = this
    const links = this.#links
    return {
      name,
      peerId,
      state: this.#state,
      contact: { step: 'registered' },
      unregisteredMs: 0,
      iceServers: { stun: 0, turn: 0 },
      upstreams: [],
      linksUp: links.filter(({ state }) => state === 'up' || state === 'quiet').length,
      ...this.#diagnosis,
    }
  }

  trust(upstream: string): void {
    this.trusted.push(upstream)
  }

  on<Type extends keyof NodeEvents>(type: Type, listener: Listener<Type>): () => void {
    const listeners: Set<Listener<Type>> = this.#listeners[type]
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  stop(): Promise<void> {
    this.become({ status: 'error', reason: 'stopped' })
    return Promise.resolve()
  }
}
