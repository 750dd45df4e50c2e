import { Awareness } from './awareness.ts'
import { type LogId, logIdOf, type VerifiedBlock } from './wire/block.ts'
import { type Codec, wireCodec } from './codec/codec.ts'
import { CopyCounts } from './receipts/copy-counts.ts'
import { Deadlines } from './bounds/deadlines.ts'
import { DirectMessages } from './direct-messages.ts'
import type { Entry } from './wire/entry.ts'
import { FrameReader } from './frame-reader.ts'
import type { GossipEffect } from './effects/gossip-effect.ts'
import type { GossipEvent } from './effects/gossip-event.ts'
import { type GossipLimits, gossipLimits } from './bounds/limits.ts'
import { Ledger } from './ledger/ledger.ts'
import { LogIntake } from './log-intake.ts'
import type { HeldBlock } from './ledger/held-block.ts'
import type { Log } from './ledger/log.ts'
import type { Neighbour } from './links/neighbour.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { NetworkTime } from './ledger/network-time.ts'
import type { NetworkSnapshot } from './membership/network-picture.ts'
import { NewLogs } from './ledger/new-logs.ts'
import type { NodeName } from './wire/node-name.ts'
import { Outbox } from './effects/outbox.ts'
import { OwnSignatures } from './own-signatures.ts'
import type { PeerId } from './wire/peer-id.ts'
import type { KnownReceipts } from './receipts/receipt-exchange.ts'
import { Replication } from './replication.ts'
import { Room } from './ledger/room.ts'

export interface GossipOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly epoch: string
  /** In [0, 1). Injected, so that a seed replays a run. */
  readonly random: () => number
  /** False: the node neither sends nor reads announcements. */
  readonly announces?: boolean
  /** Network time of all page loads so far, milliseconds (rule R2). */
  readonly networkMs?: number
  readonly limits?: Partial<GossipLimits>
  readonly codec?: Codec
}

/**
 * The protocol of one node, without I/O: `handle(event, now)` gives effects. `FrameReader` turns bytes into checked parts,
 * `Neighbourhood` keeps the links, `LogIntake` bounds what neighbours bring, `Replication` spreads blocks, `Awareness` knows
 * the network. SPEC.md has the rules.
 *  1. Before every event a standstill of this tab is forgiven. After every event everything that is due is done, the
 *     earliest first. What one part has ended or accepted reaches the others before the next part runs.
 *  2. An event does a bounded amount of work. If more is left, the next `tick` is due at once.
 */
export class GossipCore {
  readonly #limits: GossipLimits
  readonly #codec: Codec
  readonly #time: NetworkTime
  readonly #outbox: Outbox
  readonly #deadlines = new Deadlines()
  readonly #links: Neighbourhood
  readonly #replication: Replication
  readonly #directs: DirectMessages
  readonly #awareness: Awareness | undefined
  readonly #reader: FrameReader
  readonly #signatures: OwnSignatures
  constructor(options: GossipOptions) {
    const { self, name, epoch, random, codec = wireCodec } = options
    const limits = { ...gossipLimits, ...options.limits }
    const outbox = new Outbox(codec)
    const time = new NetworkTime(options.networkMs ?? 0)
    const room = new Room(self, limits)
    const ledger = new Ledger(name, {
      limits,
      time,
      room,
      hash: (text) => codec.digest(text),
      parseBody: (encoded) => codec.parseLargeBody(encoded),
    })
    const newLogs = new NewLogs(limits, (log) => ledger.log(log) !== undefined)
    const copies = new CopyCounts(limits.countedBlocks)
    const shared = { self, name, epoch, limits, random, codec, time, room, ledger, newLogs, copies, outbox }
    this.#limits = limits
    this.#codec = codec
    this.#time = time
    this.#outbox = outbox
    const deadlines = this.#deadlines
    const log = logIdOf({ author: self, epoch })
    const hasRoom = (): boolean => this.#replication.hasRoom(log)
    this.#signatures = new OwnSignatures({ author: self, name, epoch }, { ...shared, hasRoom })
    this.#links = new Neighbourhood({ ...shared, deadlines })
    this.#replication = new Replication({ ...shared, deadlines })
    this.#directs = new DirectMessages({ ...shared, deadlines })
    const signatures = this.#signatures
    this.#awareness = options.announces === false ? undefined : new Awareness({ ...shared, signatures, deadlines })
    const replication = this.#replication
    this.#reader = new FrameReader({
      ...shared,
      links: this.#links,
      intake: new LogIntake({ ...shared, replication }),
      replication,
      directs: this.#directs,
      awareness: this.#awareness,
    })
  }

  /** Undefined if the node does not announce itself. */
  picture(now: number): NetworkSnapshot | undefined {
    return this.#awareness?.picture(now)
  }

  /** The receipts of a block, and for which of its entries they were requested. */
  receipts(log: LogId, height: number): KnownReceipts {
    return this.#awareness?.knownReceipts(log, height) ?? { askedSeqs: new Set(), receipts: [] }
  }

  /** Restores a stored block. `networkMs`: the network time of its arrival. Before any link, the oldest of a log first. */
  restore(block: VerifiedBlock, hops: HeldBlock['hops'], networkMs: number, now: number): void {
    this.#replication.restore(block, hops, networkMs, now)
  }

  /** Network time of all page loads together, milliseconds. */
  get networkMs(): number {
    return this.#time.ms
  }

  /** The block that holds an entry. */
  find(log: LogId, seq: number): HeldBlock | undefined {
    return this.#replication.ledger.log(log)?.parts.bySeq(seq)
  }

  entries(): readonly Entry[] {
    return this.#replication.ledger.entries()
  }

  logs(): ReadonlyMap<LogId, Log> {
    return this.#replication.ledger.logs
  }

  digest(): string {
    return this.#replication.ledger.holdings().digest
  }

  /** The number of logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#replication.wanted
  }

  /** How many blocks of each of them are shown to exist and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number> {
    return this.#replication.missing(now)
  }

  /** Work is left: the next `tick` is due at once, after whatever else waits for this thread. */
  get isBusy(): boolean {
    return this.#reader.isBusy
  }

  /** The frames that `stop` sends to every neighbour, for a driver that may have no time for that. */
  farewell(): readonly Uint8Array<ArrayBuffer>[] {
    const codec = this.#codec
    const leave = this.#awareness?.leave
    return [...(leave ? [codec.encodeFrame(leave)] : []), codec.encodeFrame({ type: 'bye' })]
  }

  /** When the next `tick` is due, in the scale of `now`; Infinity: never. */
  nextWakeAt(): number {
    return this.#deadlines.next()
  }

  /** `now`: milliseconds that never run backwards. Only differences count. */
  handle(event: GossipEvent, now: number): readonly GossipEffect[] {
    this.#outbox.begin(now)
    const standstillMs = this.#links.forgiveStandstill(now)
    this.#time.pass(now, this.#links.isInNetwork, standstillMs)
    if (standstillMs > 0) this.#awareness?.forgive(standstillMs)
    this.#dispatch(event, now)
    // A driver may report losses and drained links in the middle of its work.
    if (event.type !== 'lost' && event.type !== 'drained') this.#reader.run(now)
    this.#settle(now)
    this.#signatures.signBlock()
    while (this.#deadlines.runFirst(now)) this.#settle(now)
    return this.#outbox.drain()
  }

  /** Informs all parts of what one part has done. */
  #settle(now: number): void {
    for (const { neighbour, reason } of this.#outbox.drainEnded()) {
      this.#links.remove(neighbour)
      this.#reader.close(neighbour.identity.link)
      this.#replication.linkEnded(neighbour, now)
      this.#directs.linkEnded(neighbour)
      this.#awareness?.linkEnded(neighbour, now)
      if (reason === 'said-bye') this.#awareness?.saidBye(neighbour, now)
    }
    for (const neighbour of this.#outbox.drainLossy()) this.#replication.noteLoss(neighbour, now)
    for (const { block } of this.#replication.drainAccepted()) this.#awareness?.noteHeld(block, now)
    if (this.#links.drainChanged().length > 0) this.#awareness?.linksChanged(now)
  }

  #dispatch(event: GossipEvent, now: number): void {
    switch (event.type) {
      case 'link-up':
        if (this.#links.linkUp(event.neighbour, now)) this.#reader.open(event.neighbour.link)
        return undefined
      case 'link-down':
        return this.#reader.end(event.link)
      case 'verified':
        return this.#reader.verified(event.ticket, event.isValid, now)
      case 'signed':
        return this.#signed(event, now)
      case 'registered':
        return this.#awareness?.registered(event.isOnline, now)
      case 'ask':
        return this.#awareness?.ask(event.log, this.find(event.log, event.seq), event.seq, now)
      case 'publish':
        return this.#signatures.publish(event)
      case 'publish-ephemeral':
        return this.#signatures.publishEphemeral(event, now)
      case 'send':
        return this.#directs.send(event, now)
      case 'discard-drafts':
        return this.#signatures.discardDrafts()
      case 'stop':
        this.#signatures.discardDrafts()
        this.#replication.flush()
        this.#awareness?.stop()
        return this.#links.sayBye()
      case 'tick':
        return this.#reader.renewTurn()
      default:
        return this.#dispatchFromLink(event, now)
    }
  }

  #dispatchFromLink(
    event: Extract<GossipEvent, { type: 'frame' | 'bad-frame' | 'lost' | 'drained' | 'probe' }>,
    now: number,
  ): void {
    const neighbour = this.#links.on(event.link)
    if (!neighbour) return this.#outbox.drop('link-gone', undefined)
    switch (event.type) {
      case 'frame':
        this.#heard(neighbour, now)
        return this.#receive(neighbour, event, now)
      case 'bad-frame':
        this.#heard(neighbour, now)
        return this.#links.strike(neighbour, event.reason)
      case 'lost':
        return this.#replication.noteLoss(neighbour, now)
      case 'drained':
        return this.#outbox.drained(neighbour, event.lateMs ?? 0)
      case 'probe':
        return neighbour.probe(now)
    }
  }

  #heard(neighbour: Neighbour, now: number): void {
    const silenceMs = this.#links.noteHeard(neighbour, now)
    if (neighbour.hasGreeted && silenceMs >= this.#limits.reunionAfterMs) this.#replication.reunite(neighbour, now)
  }

  #receive(neighbour: Neighbour, event: Extract<GossipEvent, { type: 'frame' }>, now: number): void {
    const { link, frame, lateMs = 0, receivedAt } = event
    if (frame.length > this.#limits.maxFrameBytes) return this.#links.strike(neighbour, 'oversized-frame')
    if (this.#reader.add(link, { frame, at: now, lateMs, receivedAt })) return
    this.#outbox.drop('inbox-full', link)
    this.#replication.noteLoss(neighbour, now)
  }

  #signed({ ticket, signature }: Extract<GossipEvent, { type: 'signed' }>, now: number): void {
    const signed = this.#signatures.signed(ticket, signature)
    if (signed?.type === 'notice') this.#awareness?.signed(signed.notice, now)
    if (signed?.type === 'ephemeral') {
      const message = this.#replication.ephemerals.publish(signed.message, now)
      this.#outbox.add({ type: 'published-ephemeral', id: signed.id, message })
    }
    if (signed?.type !== 'block') return
    const { ids, block } = signed
    const delivered = this.#replication.publish(block, now)
    if (ids.length > 0) this.#outbox.add({ type: 'published', ids, block, delivered })
  }
}
