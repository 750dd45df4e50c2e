import type { Envelope } from '../../gossip/wire/envelope.ts'
import type { CutReason } from '../../gossip/gossip-effect.ts'
import type { GossipEvent } from '../../gossip/gossip-event.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Link, LinkEnd, LinkId } from '../../gossip/wire/link.ts'
import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
import type { LinkSnapshot, NodeEvents } from '../api/grapevine.ts'
import { encodeFrame } from '../codec/frame-codec.ts'
import { inboxLimits, LinkInbox, type LinkInboxOptions } from './link-inbox.ts'
import { NeighbourTable } from './neighbour-table.ts'
import type { CloseReason, UpstreamStatus } from '../shared/node-ports.ts'
import type { StatsCounter } from '../shared/node-stats.ts'
import type { WireTap } from '../wire/wire-tap.ts'

export interface OpenLinksOptions {
  readonly inbox: Pick<LinkInboxOptions, 'verify' | 'wallClock' | 'breathe'>
  readonly stats: StatsCounter
  readonly wire: WireTap
  /** Milliseconds, the core's `now`. */
  readonly now: () => number
  /** Milliseconds by which this tab runs late. */
  readonly lateMs: () => number
  /** To the core. */
  readonly emit: (event: GossipEvent) => void
  readonly drop: (reason: string, peer: string | undefined) => void
  /** To the network. `expire` gives another time. */
  closed(link: Link, reason: CloseReason): void
  /** To the network. */
  setQuiet(link: LinkId, isQuiet: boolean): void
  /** `snapshots` are others. */
  changed(changes: readonly NodeEvents['link'][]): void
}

interface OpenLink {
  readonly link: Link
  readonly inbox: LinkInbox
}

/**
 * The open links: frames in, through each one's inbox, and out; and what is shown of each neighbour.
 *  1. A link is here from its opening until its end or cut; events of any other are ignored.
 *  2. The core hears of an opening before anything else of the link, and of an end that it has not decided itself behind
 *     all frames that came before.
 *  3. Every change of what is shown is told once, when it is complete.
 */
export class OpenLinks {
  readonly #options: OpenLinksOptions
  readonly #links = new Map<LinkId, OpenLink>()
  readonly #table = new NeighbourTable(gossipLimits.maxLinks)
  /** Frames to be sent on these were dropped, and the core does not know yet. */
  readonly #lossy = new Set<LinkId>()
  #snapshots: readonly LinkSnapshot[] = []
  #encoded: { readonly envelope: Envelope; readonly frame: Uint8Array<ArrayBuffer> } | undefined

  constructor(options: OpenLinksOptions) {
    this.#options = options
  }

  get snapshots(): readonly LinkSnapshot[] {
    return this.#snapshots
  }

  /** Forgets the rows that have been down for long, as `refresh` will show; says when to come again. */
  expire(now: number): number {
    return this.#table.expire(now)
  }

  nameOf(id: LinkId): string | undefined {
    return this.#links.get(id)?.link.name
  }

  /** What the dialler says. */
  upstream(status: UpstreamStatus): void {
    this.#table.upstream(status)
    this.refresh()
  }

  linked(link: Link, { holds, noticeRefusal }: Pick<LinkInboxOptions, 'holds' | 'noticeRefusal'>): void {
    const { emit, wire, now } = this.#options
    const { id, peerId, name, direction } = link
    const inbox = new LinkInbox({
      ...this.#options.inbox,
      link: id,
      limits: inboxLimits,
      now,
      holds,
      noticeRefusal,
      emit,
      decoded: (envelope, frame) => wire.received(link, envelope, frame),
    })
    this.#links.set(id, { link, inbox })
    this.#table.linked(link)
    emit({ type: 'link-up', neighbour: { link: id, peerId, name, direction } })
    link.listen({
      frame: (frame) => this.#received(link, inbox, frame),
      badFrame: (reason, bytes) => {
        wire.refused(link, reason, bytes)
        emit({ type: 'invalid', link: id, reason })
      },
      // Behind the frames that came before: messages, and perhaps a bye.
      end: (end) => inbox.finish(() => this.#lost(id, end)),
    })
  }

  /** What the core says. */
  heard(id: LinkId, liveness: 'up' | 'quiet', roundTrips: RoundTripFigures | undefined): void {
    this.#table.heard(id, liveness, roundTrips)
    this.#options.setQuiet(id, liveness === 'quiet')
    this.refresh()
  }

  /** Tells what is shown of the neighbours, if it is something else by now. */
  refresh(): void {
    const before = this.#snapshots
    this.#snapshots = this.#table.snapshots()
    const changes = linkChanges(before, this.#snapshots)
    if (changes.length > 0) this.#options.changed(changes)
  }

  /** The node has stopped: all links have ended, and it dials nobody. */
  clear(): void {
    this.#table.clear()
    this.refresh()
  }

  send(id: LinkId, envelope: Envelope): void {
    const link = this.#links.get(id)?.link
    if (!link) return
    const { stats, wire, drop } = this.#options
    const frame = this.#encode(envelope)
    if (!link.send(frame)) {
      this.#lossy.add(id)
      return drop('window-full', link.name)
    }
    stats.sent += 1
    stats.bytesSent += frame.length
    wire.sent(link, envelope, frame)
  }

  /** Tells the core on which links frames could not be sent. Not from within `send`: the core's other effects come first. */
  reportLosses(): void {
    const lossy = [...this.#lossy]
    this.#lossy.clear()
    for (const link of lossy) if (this.#links.has(link)) this.#options.emit({ type: 'lost', link })
  }

  cut(id: LinkId, reason: CutReason): void {
    this.#close(id, reason)
  }

  #received(link: Link, inbox: LinkInbox, frame: Uint8Array<ArrayBuffer>): void {
    const { stats, emit, drop, lateMs } = this.#options
    stats.received += 1
    stats.bytesReceived += frame.length
    emit({ type: 'heard', link: link.id })
    if (inbox.add(frame, lateMs())) return
    drop('inbox-full', link.name)
    emit({ type: 'lost', link: link.id })
  }

  #lost(id: LinkId, end: LinkEnd): void {
    if (!this.#links.has(id)) return
    this.#options.emit({ type: 'link-down', link: id })
    // G4: the bye of a node that stops under load has no room. If it runs on, it or we dial again at once.
    this.#close(id, end === 'aborted-there' ? 'aborted' : 'connection-lost')
  }

  #close(id: LinkId, reason: CloseReason): void {
    const open = this.#links.get(id)
    if (!open) return
    // First, so that the link's own end event finds nothing left to do.
    this.#links.delete(id)
    open.inbox.close()
    this.#table.closed(id, reason, this.#options.now())
    open.link.close()
    this.#options.closed(open.link, reason)
    this.refresh()
  }

  /** The same push goes to many neighbours, one right after the other. */
  #encode(envelope: Envelope): Uint8Array<ArrayBuffer> {
    if (this.#encoded?.envelope !== envelope) this.#encoded = { envelope, frame: encodeFrame(envelope) }
    return this.#encoded.frame
  }
}

/** What differs between two lists of links, as events. */
const linkChanges = (
  before: readonly LinkSnapshot[],
  after: readonly LinkSnapshot[],
): readonly NodeEvents['link'][] => {
  const gone = new Map(before.map((snapshot) => [keyOf(snapshot), snapshot]))
  const changes: NodeEvents['link'][] = []
  for (const snapshot of after) {
    const old = gone.get(keyOf(snapshot))
    gone.delete(keyOf(snapshot))
    if (JSON.stringify(old) !== JSON.stringify(snapshot)) changes.push(snapshot)
  }
  for (const { peer, peerId } of gone.values()) changes.push({ peer, ...(peerId && { peerId }), removed: true })
  return changes
}

const keyOf = ({ direction, peer, peerId }: LinkSnapshot): string =>
  direction === 'upstream' ? `upstream ${peer}` : `downstream ${peerId ?? peer}`
