/** Shares a Yjs document over a node: `import { GrapevineProvider } from 'grapevine/yjs'`. */
import { ObservableV2 } from 'lib0/observable'
import { Awareness } from 'y-protocols/awareness'
import {
  applyUpdate,
  decodeUpdate,
  Doc,
  encodeStateAsUpdate,
  equalSnapshots,
  mergeUpdates,
  snapshot,
  transact,
} from 'yjs'
import type { Entry } from '../gossip/wire/entry.ts'
import type { GrapevineNode } from '../node/api/grapevine.ts'
import { LiveEntries } from './live-entries.ts'
import { SharedAwareness } from './shared-awareness.ts'

export interface GrapevineProviderOptions {
  /** Names the document among all that share the node. 1 to 128 bytes of UTF-8. */
  readonly topic: string
  /** Cursor, name and colour of each person. Absent: a new one of this document. */
  readonly awareness?: Awareness
  /** Whether the updates of this entry's author count. Absent: everybody in the network may write. */
  readonly accept?: (entry: Entry) => boolean
}

type ProviderEvents = {
  /** The node runs, and the document has what it holds. */
  readonly loaded: () => void
  /** An entry of this topic is no update, or its author is not accepted. It is not applied. */
  readonly rejected: (entry: Entry) => void
  /** Local changes can't be published now. They stay in the document, and go out with the next one. */
  readonly unpublished: (error: unknown) => void
}

const limits = {
  /** Bytes of own entries below which no snapshot is worth its cost. */
  leastReplacedBytes: 32_768,
  /**
   * Milliseconds after which an update is published anew, in a snapshot: a third of the 72 hours after which nodes delete
   * a log that has rested.
   */
  refreshAfterMs: 24 * 3_600_000,
  /** Milliseconds between two checks of that. */
  refreshCheckMs: 3_600_000,
  /**
   * Milliseconds, at random up to this, until a snapshot that any holder of the document could publish: the first one
   * makes the others needless.
   */
  snapshotSpreadMs: 10_000,
} as const

/**
 * A Yjs document as signed entries of a node.
 *  1. Local changes are entries with this topic; those that are made while one is being published share the next. A node
 *     checks each entry's signature, so nothing forged is applied.
 *  2. Who comes late, or was apart, gets all entries from any node that holds them, an archive in Node.js too.
 *  3. When a person's own entries take more room than the whole document, a snapshot of it replaces them. So does one of
 *     any holder when retention evicts updates, or is about to.
 *  4. `destroy` ends the sharing. Document and node go on.
 */
export class GrapevineProvider extends ObservableV2<ProviderEvents> {
  readonly doc: Doc
  readonly awareness: Awareness
  /** Resolves with the event `loaded`. Never rejects: `node.state()` says why a node does not run. */
  readonly whenLoaded: Promise<void>
  readonly node: GrapevineNode
  readonly #options: GrapevineProviderOptions
  readonly #live = new LiveEntries()
  readonly #presence: SharedAwareness
  readonly #undos: readonly (() => void)[]
  #isLoaded = false
  #isPublishing = false
  #isDestroyed = false
  /** Local updates that are not published yet. */
  #pending: Uint8Array[] = []
  /** Entries that came in this turn. */
  #received: Entry[] = []
  /** Own bytes at which the next snapshot is considered. */
  #snapshotAt: number = limits.leastReplacedBytes
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined

  constructor(node: GrapevineNode, doc: Doc, options: GrapevineProviderOptions) {
    super()
    this.node = node
    this.#options = options
    this.doc = doc
    this.awareness = options.awareness ?? new Awareness(doc)
    const { topic } = options
    const refresh = setInterval(() => this.#refresh(), limits.refreshCheckMs)
    doc.on('update', this.#updated)
    this.#undos = [
      node.on('entry', { topic }, (entry) => this.#receive(entry)),
      node.on('state', () => this.#stateChanged()),
      node.on('evicted', (last) => {
        if (this.#live.evict(last)) this.#snapshotSoon()
      }),
      () => clearInterval(refresh),
      () => clearTimeout(this.#snapshotTimer),
      () => doc.off('update', this.#updated),
    ]
    this.#presence = new SharedAwareness(node, topic, this.awareness)
    doc.on('destroy', this.#destroyed)
    this.whenLoaded = new Promise((resolve) => this.once('loaded', resolve))
    this.#stateChanged()
  }

  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** Ends the sharing: others see this person leave. What is not published yet stays in the document alone. */
  override destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.doc.off('destroy', this.#destroyed)
    this.#presence.destroy()
    if (!this.#options.awareness) this.awareness.destroy()
    for (const undo of this.#undos) undo()
    super.destroy()
  }

  readonly #destroyed = (): void => this.destroy()

  #stateChanged(): void {
    const { status } = this.node.state()
    if (status !== 'online' && status !== 'offline') return
    if (!this.#isLoaded) this.#load()
    void this.#flush()
  }

  /** What the node has stored is in `entries()`, and came without events. */
  #load(): void {
    const { topic } = this.#options
    const entries = this.node.entries().filter((entry) => entry.topic === topic)
    // What the document has by now, from another store or a former node, may be new to the network.
    const isFilled = this.doc.store.clients.size > 0
    this.#pending = isFilled ? [encodeStateAsUpdate(this.doc)] : []
    this.#isLoaded = true
    this.#apply(entries)
    if (isFilled && this.#isAllIn(entries)) this.#pending = []
    this.emit('loaded', [])
    this.#refresh()
  }

  #isAllIn(entries: readonly Entry[]): boolean {
    const known = new Doc()
    for (const entry of entries) if (this.#isUpdate(entry)) applyUpdate(known, entry.body)
    const isAll = equalSnapshots(snapshot(known), snapshot(this.doc))
    known.destroy()
    return isAll
  }

  readonly #updated = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return
    this.#pending.push(update)
    void this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#isPublishing || !this.#isLoaded) return
    this.#isPublishing = true
    try {
      while (this.#pending.length > 0) {
        const update = mergeUpdates(this.#pending.splice(0))
        await this.node.publish(update, { topic: this.#options.topic }).catch((error: unknown) => {
          this.#pending.unshift(update)
          throw error
        })
      }
    } catch (error) {
      this.emit('unpublished', [error])
    } finally {
      this.#isPublishing = false
    }
    this.#considerSnapshot()
  }

  #receive(entry: Entry): void {
    // Until the node is loaded, `entries()` has it too.
    if (!this.#isLoaded) return
    this.#received.push(entry)
    if (this.#received.length > 1) return
    queueMicrotask(() => this.#apply(this.#received.splice(0)))
  }

  /** All in one transaction: the page draws once. */
  #apply(entries: readonly Entry[]): void {
    if (this.#isDestroyed || entries.length === 0) return
    transact(
      this.doc,
      () => {
        for (const entry of entries) this.#applyOne(entry)
      },
      this,
      false,
    )
  }

  #applyOne(entry: Entry): void {
    this.#live.add(entry)
    if (entry.supersedes) this.#cancelSnapshot()
    if (this.#isUpdate(entry)) applyUpdate(this.doc, entry.body, this)
    else this.emit('rejected', [entry])
  }

  #isUpdate(entry: Entry): entry is Entry & { readonly body: Uint8Array } {
    const { body } = entry
    if (!(body instanceof Uint8Array) || this.#options.accept?.(entry) === false) return false
    try {
      // Yjs applies the sound half of a malformed update before it throws.
      decodeUpdate(body)
      return true
    } catch {
      return false
    }
  }

  /** Rule 3: own entries. */
  #considerSnapshot(): void {
    if (this.#isDestroyed) return
    const replaced = this.#live.updateBytes(this.node.peerId)
    if (replaced < this.#snapshotAt) return
    const state = encodeStateAsUpdate(this.doc)
    this.#snapshotAt = Math.max(limits.leastReplacedBytes, state.length)
    if (state.length <= replaced) this.#publishSnapshot(state)
  }

  /** Rule 3: entries of anybody. */
  #snapshotSoon(): void {
    if (!this.#isLoaded || this.#isDestroyed) return
    this.#snapshotTimer ??= setTimeout(() => {
      this.#snapshotTimer = undefined
      this.#publishSnapshot(encodeStateAsUpdate(this.doc))
    }, Math.random() * limits.snapshotSpreadMs)
  }

  #cancelSnapshot(): void {
    clearTimeout(this.#snapshotTimer)
    this.#snapshotTimer = undefined
  }

  #refresh(): void {
    const { oldestAt } = this.#live
    if (oldestAt !== undefined && Date.now() - oldestAt > limits.refreshAfterMs) this.#snapshotSoon()
  }

  #publishSnapshot(state: Uint8Array): void {
    const { topic } = this.#options
    this.node.publish(state, { topic, supersedes: true }).catch((error: unknown) => this.emit('unpublished', [error]))
  }
}
