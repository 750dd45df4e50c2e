import { TokenBucket } from '../../gossip/bounds/token-bucket.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import type { Ephemeral } from '../../gossip/wire/ephemeral.ts'
import type { Link } from '../../gossip/wire/link.ts'
import type { EntryRef, GrapevineNode, PublishOptions } from '../api/grapevine.ts'
import type { Timers } from '../shared/timers.ts'
import type { WireTotal } from '../api/wire.ts'
import type { WireRecord } from '../wire/wire-tap.ts'
import type { ShippedEnvelope } from './shipped-envelope.ts'
import { keyOf } from './mirrored-receipts.ts'
import { toCallError } from './call-error.ts'
import {
  type Batch,
  type Change,
  type MirroredDraft,
  type MirroredEvent,
  type MirroredSend,
  mirroredEvents,
} from './messages.ts'
import { supersededBy } from './superseded-change.ts'
import { WaitingChanges } from './waiting-changes.ts'

const feedLimits = {
  /** Changes of one batch. The page reads and draws an entry in some 50 µs, so a batch of them takes a frame. */
  changes: 250,
  /** Bytes of direct messages of one batch, unless one alone is larger: copied in some milliseconds. */
  batchBytes: 4_194_304,
  /** Bytes of direct messages that wait while the page is busy; each beyond is left out, with a `drop` event. */
  waitingBytes: 67_108_864,
  /**
   * Changes that wait while the page is busy; beyond, the page gets the node's entries and latest states instead of every
   * event. More than the core holds blocks, so that it rarely happens twice.
   */
  waiting: 40_000,
  /** Envelopes of one batch, and the bytes of their frames. `wire()` keeps as many; earlier ones are left out. */
  envelopes: 500,
  envelopeBytes: 1_048_576,
  /**
   * Batches at once, then one every `batchEveryMs`, while few changes wait. So up to 250 messages a second go to the page at
   * once, each alone; more would leave it less time to draw, since a batch costs it some 0.1 ms.
   */
  batchesAtOnce: 8,
  batchEveryMs: 4,
  /** Milliseconds for each entry between two comparisons of their number: each copies the node's list of them. */
  compareEveryMsPerEntry: 0.01,
} as const

/** A node in this thread. */
type FollowedNode = GrapevineNode & {
  /** The frames that `stop()` sends to every neighbour: more once the tombstone is signed. */
  farewell(): readonly Uint8Array<ArrayBuffer>[]
}

export interface MirrorFeedOptions {
  readonly timers: Timers
  /** Resolves in a later task. */
  readonly breathe: () => Promise<void>
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  send(batch: Batch): void
}

/**
 * Sends the changes of a node to the page that mirrors it.
 *  1. Changes keep their order, and the page reads a batch before the next one is sent. What waits is bounded: a page that is
 *     busy for long gets the result of the changes, and a `drop` event with the reason `page-busy`.
 *  2. The page compares the number of its entries with the node's. If they differ, all entries are sent again, without
 *     events.
 */
export class MirrorFeed implements WireRecord {
  readonly #options: MirrorFeedOptions
  readonly #batches: TokenBucket
  #node: FollowedNode | undefined
  readonly #changes = new WaitingChanges(feedLimits)
  #envelopes: ShippedEnvelope[] = []
  #envelopeBytes = 0
  /** What was left out of `#envelopes`, by type. */
  #leftOut = new Map<string, WireTotal>()
  #areLinksStale = false
  #farewellFrames = 0
  /** When the number of entries was sent, and the number. */
  #compared = { at: -Infinity, entries: 0 }
  /** `ready`: nothing is under way. `due`: a batch is sent soon. `sent`: the page reads a batch. */
  #state: 'ready' | 'due' | 'sent' = 'ready'
  #hasChanged = false
  /** The entries that were sent again, or restored: they need room beside what happens. */
  #repeated = 0

  constructor(options: MirrorFeedOptions) {
    this.#options = options
    this.#batches = new TokenBucket(feedLimits.batchesAtOnce, 1_000 / feedLimits.batchEveryMs, options.timers.now())
  }

  /** Follows a node from its creation. */
  follow(node: FollowedNode): void {
    this.#node = node
    for (const name of mirroredEvents) {
      node.on(name, (event) => {
        // The entries that were restored come before all events of the start.
        if (name === 'key') for (const change of this.#restored()) this.#add(change)
        if (name === 'fork') this.#add({ type: 'forks', forks: node.forks() })
        if (name === 'link') this.#areLinksStale = true
        this.#add({ type: 'event', name, event } as MirroredEvent)
      })
    }
    node.on('entry', (event) => this.#add({ type: 'entry', entry: compact(event), hops: node.route(event) ?? [] }))
    node.on('receipts', (entry) => this.#addReceipts(entry))
  }

  /** The page has asked for receipts. */
  ask(entry: EntryRef): void {
    this.#node?.askReceipts(entry)
    this.#addReceipts(entry)
  }

  async publish({ call, body, ...options }: MirroredDraft): Promise<void> {
    try {
      // The overloads of `publish` tell entries from ephemeral messages by their options, which are not known here.
      const entry = await (this.#node?.publish as PublishAny | undefined)?.(body, options)
      if (entry) this.#add({ type: 'published', call, entry: compact(entry) })
    } catch (error) {
      this.#add({ type: 'unpublished', call, error: toCallError(error) })
    }
  }

  async send({ call, to, body, topic }: MirroredSend): Promise<void> {
    try {
      await this.#node?.send(to, body, { topic })
      this.#add({ type: 'sent', call })
    } catch (error) {
      this.#add({ type: 'unpublished', call, error: toCallError(error) })
    }
  }

  received(link: Pick<Link, 'name' | 'peerId'>, type: string, frame: Uint8Array): void {
    this.#record(link, { direction: 'in', type, frame, bytes: frame.length })
  }

  refused(link: Pick<Link, 'name' | 'peerId'>, reason: string, bytes: number): void {
    this.#record(link, { direction: 'refused', type: 'malformed-frame', reason, bytes })
  }

  sent(link: Pick<Link, 'name' | 'peerId'>, type: string, frame: Uint8Array): void {
    this.#record(link, { direction: 'out', type, frame, bytes: frame.length })
  }

  /** The page has read a batch. `isWhole`: it holds as many entries as the batch said. */
  read(isWhole: boolean): void {
    this.#state = 'ready'
    // Entries that wait keep their events.
    if (!isWhole) this.#reset(this.#changes.all)
    this.#sendSoon()
  }

  /** Sends all entries again, then these changes. */
  #reset(then: readonly Change[]): void {
    const waiting = new Set(then.map((change) => (change.type === 'entry' ? keyOf(change.entry) : undefined)))
    const restored = this.#restored().filter(({ entry }) => !waiting.has(keyOf(entry)))
    this.#changes.replace([{ type: 'reset' }, ...restored, ...then])
    this.#hasChanged = true
  }

  #restored(): readonly Extract<Change, { type: 'entry' }>[] {
    const node = this.#node
    if (!node) return []
    const entries = node.entries()
    this.#repeated = entries.length
    return entries.map((entry) => ({
      type: 'entry',
      entry: compact(entry),
      hops: node.route(entry) ?? [],
      isRestored: true,
    }))
  }

  #addReceipts(entry: EntryRef): void {
    const { peerId, epoch, seq } = entry
    const receipts = this.#node?.receipts(entry)
    if (receipts) this.#add({ type: 'receipts', entry: { peerId, epoch, seq }, receipts })
  }

  #add(change: Change): void {
    if (!this.#changes.add(change)) this.#changes.add(pageBusy)
    if (this.#changes.all.length > feedLimits.waiting + this.#repeated) this.#leaveOutEvents()
    this.#changed()
  }

  /** The page has not read for so long that its listeners get no more of what has happened than the result. */
  #leaveOutEvents(): void {
    const latest = new Map(this.#changes.all.map((change) => [supersededBy(change), change]))
    latest.delete('')
    const kept = this.#changes.all.filter((change) => {
      const key = supersededBy(change)
      return key === undefined || latest.get(key) === change
    })
    this.#reset([...kept, pageBusy])
  }

  #record({ name, peerId }: Pick<Link, 'name' | 'peerId'>, envelope: ShippedEnvelope['envelope']): void {
    this.#envelopes.push({ peer: name, peerId, time: this.#options.wallClock(), envelope })
    this.#envelopeBytes += envelope.bytes
    const { envelopes, envelopeBytes } = feedLimits
    while (this.#envelopes.length > envelopes || this.#envelopeBytes > envelopeBytes) this.#leaveOut()
    this.#changed()
  }

  /** Counts the oldest envelope, and forgets it. */
  #leaveOut(): void {
    const oldest = this.#envelopes.shift()?.envelope
    if (!oldest) return
    this.#envelopeBytes -= oldest.bytes
    const { count = 0, bytes = 0 } = this.#leftOut.get(oldest.type) ?? {}
    this.#leftOut.set(oldest.type, { count: count + 1, bytes: bytes + oldest.bytes })
  }

  #changed(): void {
    this.#hasChanged = true
    if (this.#state === 'ready') this.#sendSoon()
  }

  #sendSoon(): void {
    if (!this.#hasChanged) return
    const { timers, breathe } = this.#options
    this.#state = 'due'
    // In a later task: the changes of one event share a batch.
    const isFull = this.#changes.all.length >= feedLimits.changes
    if (isFull || this.#batches.spend(1, timers.now())) void breathe().then(() => this.#send())
    else timers.after(feedLimits.batchEveryMs, () => this.#send())
  }

  #farewell(node: FollowedNode): Pick<Batch, 'farewell'> {
    // Two frames are all there are: the tombstone and a bye.
    if (this.#farewellFrames === 2) return {}
    const farewell = node.farewell()
    if (farewell.length === this.#farewellFrames) return {}
    this.#farewellFrames = farewell.length
    return { farewell }
  }

  #send(): void {
    const node = this.#node
    if (!node) return
    const changes = this.#changes.take()
    const isComplete = this.#changes.all.length === 0
    const now = this.#options.timers.now()
    const { at, entries } = this.#compared
    const isCompared = isComplete && now - at >= entries * feedLimits.compareEveryMsPerEntry
    if (isCompared) this.#compared = { at: now, entries: node.entries().length }
    const batch: Batch = {
      changes,
      envelopes: this.#envelopes,
      leftOut: this.#leftOut,
      ...(this.#areLinksStale && { links: node.links() }),
      ...this.#farewell(node),
      digest: node.digest(),
      stats: node.stats(),
      ...(isCompared && { held: this.#compared.entries }),
    }
    this.#envelopes = []
    this.#envelopeBytes = 0
    this.#leftOut = new Map()
    this.#areLinksStale = false
    this.#hasChanged = !isComplete
    this.#state = 'sent'
    this.#options.send(batch)
  }
}

type PublishAny = (body: JsonValue | Uint8Array, options: PublishOptions) => Promise<Entry | Ephemeral>

const pageBusy: Change = { type: 'event', name: 'drop', event: { reason: 'page-busy' } }

/** The entry with bytes of its own: they may be part of a frame, all of which would be copied. */
const compact = <Kind extends Entry | Ephemeral>(entry: Kind): Kind => {
  const { body } = entry
  const isPart = body instanceof Uint8Array && body.byteLength < body.buffer.byteLength
  return isPart ? { ...entry, body: body.slice() } : entry
}
