import type { CutReason } from '../../gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../gossip/effects/gossip-event.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { Link, LinkEnd, LinkId } from '../../gossip/wire/link.ts'
import type { RoundTripFigures } from '../../gossip/links/round-trips.ts'
import type { LinkSnapshot, NodeEvents } from '../api/grapevine.ts'
import { NeighbourTable } from './neighbour-table.ts'
import type { CloseReason, UpstreamStatus } from '../shared/node-ports.ts'
import type { StatsCounter } from '../shared/node-stats.ts'
import type { WireRecord } from '../wire/wire-tap.ts'

export interface OpenLinksOptions {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly stats: StatsCounter
  readonly wire: WireRecord
  /** Milliseconds, the core's `now`. */
  readonly now: () => number
  /** Milliseconds by which this tab runs late. */
  readonly lateMs: () => number
  /** Hands an event to the core. */
  readonly emit: (event: GossipEvent) => void
  readonly drop: (reason: string, peer: string | undefined) => void
  /** Informs the network. The result of `expire` may have changed. */
  closed(link: Link, reason: CloseReason): void
  /** Informs the network. */
  setQuiet(link: LinkId, isQuiet: boolean): void
  /** `snapshots` has changed. */
  changed(changes: readonly NodeEvents['link'][]): void
}

interface OpenLink {
  readonly link: Link
  /** How it ended, while the core still reads what came before. */
  end: LinkEnd | undefined
}

/**
 * The open links: hands their frames to the core, sends frames, and keeps the table of neighbours.
 *  1. A link is here from its opening until its end or cut; events of other links are ignored.
 *  2. The opening of a link is its first event for the core, and its end the last one. The link stays until the core has
 *     read all frames that arrived before, a bye maybe. A cut, which the core decides itself, is no event.
 *  3. Every change of the table is reported once, when it is complete.
 */
export class OpenLinks {
  readonly #options: OpenLinksOptions
  readonly #links = new Map<LinkId, OpenLink>()
  readonly #table = new NeighbourTable(gossipLimits.maxLinks)
  /** Links on which frames could not be sent, which the core does not know yet. */
  readonly #lossy = new Set<LinkId>()
  /** Links whose draining the core awaits. */
  readonly #awaited = new Set<LinkId>()
  #snapshots: readonly LinkSnapshot[] = []

  constructor(options: OpenLinksOptions) {
    this.#options = options
  }

  get snapshots(): readonly LinkSnapshot[] {
    return this.#snapshots
  }

  /** Removes the rows that have been down for long; `refresh` reports that. Returns when the next one is due. */
  expire(now: number): number {
    return this.#table.expire(now)
  }

  nameOf(id: LinkId): string | undefined {
    return this.#links.get(id)?.link.name
  }

  /** The dialler's state for an upstream has changed. */
  upstream(status: UpstreamStatus): void {
    this.#table.upstream(status)
    this.refresh()
  }

  linked(link: Link): void {
    const { emit, wire } = this.#options
    const { id, peerId, name, direction } = link
    this.#links.set(id, { link, end: undefined })
    this.#table.linked(link)
    emit({ type: 'link-up', neighbour: { link: id, peerId, name, direction } })
    link.listen({
      frame: (frame) => this.#received(id, frame),
      badFrame: (reason, bytes) => {
        if (!this.#links.has(id)) return
        wire.refused(link, reason, bytes)
        emit({ type: 'bad-frame', link: id, reason })
      },
      drained: () => {
        this.#drained(id)
      },
      end: (end) => this.#down(id, end),
    })
  }

  /** The core's latest figures for an open link. */
  measured(id: LinkId, liveness: 'up' | 'quiet', roundTrips: RoundTripFigures | undefined): void {
    this.#table.measured(id, liveness, roundTrips)
    this.#options.setQuiet(id, liveness === 'quiet')
    this.refresh()
  }

  /** Reports what has changed in the table. */
  refresh(): void {
    const before = this.#snapshots
    this.#snapshots = this.#table.snapshots()
    const changes = linkChanges(before, this.#snapshots)
    if (changes.length > 0) this.#options.changed(changes)
  }

  /** For a node that has stopped: it has no links and dials no upstream. */
  clear(): void {
    this.#table.clear()
    this.refresh()
  }

  send(id: LinkId, frame: Uint8Array<ArrayBuffer>, type: string): void {
    const link = this.#links.get(id)?.link
    if (!link) return
    const { stats, wire, drop } = this.#options
    if (!link.send(frame)) {
      this.#lossy.add(id)
      return drop('window-full', link.name)
    }
    stats.sent += 1
    stats.bytesSent += frame.length
    wire.sent(link, type, frame)
  }

  /** The core has decoded a frame. */
  noteRead(id: LinkId, frame: Uint8Array<ArrayBuffer>, type: string): void {
    const link = this.#links.get(id)?.link
    if (link) this.#options.wire.received(link, type, frame)
  }

  /** The core has frames for the link that wait until it is drained. */
  awaitDrain(id: LinkId): void {
    if (this.#links.has(id)) this.#awaited.add(id)
  }

  /**
   * Reports to the core on which links frames could not be sent, and which of the awaited links are drained already. Called
   * after all effects of an event, so not by `send`.
   */
  reportSends(): void {
    const lossy = [...this.#lossy]
    this.#lossy.clear()
    for (const link of lossy) if (this.#links.has(link)) this.#options.emit({ type: 'lost', link })
    const drained = [...this.#awaited].filter((id) => this.#links.get(id)?.link.isDrained)
    for (const link of drained) this.#drained(link)
  }

  cut(id: LinkId, reason: CutReason): void {
    this.#close(id, reason)
  }

  /** The core has read all frames of a link that was down. */
  ended(id: LinkId): void {
    const end = this.#links.get(id)?.end
    // Rule G4: the bye of a node that stops under load may find no room. If that node runs on, one side redials at once.
    this.#close(id, end === 'aborted-there' ? 'aborted' : 'connection-lost')
  }

  #received(id: LinkId, frame: Uint8Array<ArrayBuffer>): void {
    if (!this.#links.has(id)) return
    const { stats, emit, lateMs, wallClock } = this.#options
    stats.received += 1
    stats.bytesReceived += frame.length
    emit({ type: 'frame', link: id, frame, lateMs: lateMs(), receivedAt: wallClock() })
  }

  #drained(id: LinkId): void {
    const { emit, lateMs } = this.#options
    if (this.#awaited.delete(id)) emit({ type: 'drained', link: id, lateMs: lateMs() })
  }

  #down(id: LinkId, end: LinkEnd): void {
    const open = this.#links.get(id)
    if (!open) return
    open.end = end
    this.#options.emit({ type: 'link-down', link: id })
  }

  #close(id: LinkId, reason: CloseReason): void {
    const open = this.#links.get(id)
    if (!open) return
    // First, so that the link's own end event finds the link gone.
    this.#links.delete(id)
    this.#awaited.delete(id)
    this.#table.closed(id, reason, this.#options.now())
    open.link.close()
    this.#options.closed(open.link, reason)
    this.refresh()
  }
}

/** The differences between two lists of links, as events. */
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
