import type { LogId } from '../wire/block.ts'
import type { BroadcastTrees } from '../plumtree/broadcast-trees.ts'
import type { Envelope, FrontierEntry, LogHeight, Want } from '../wire/envelope.ts'
import type { ForkProofs } from './fork-proofs.ts'
import type { Frontiers, FrontiersOptions } from './frontiers.ts'
import type { Holdings } from '../wire/holdings.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { NewLogs } from '../ledger/new-logs.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { Regroupings } from './regroupings.ts'
import { Repairs } from './repairs.ts'
import { Promises } from './promises.ts'
import { requestsByHolder } from './request-order.ts'
import { WantList } from './want-list.ts'
import { soundHeight, WantedParts } from './wanted-parts.ts'

export type Frontier = Extract<Envelope, { type: 'frontier' }>

export interface AntiEntropyOptions extends FrontiersOptions {
  readonly frontiers: Frontiers
  readonly newLogs: NewLogs
  readonly trees: BroadcastTrees
  readonly forks: ForkProofs
}

/** What is missing here, and of whom it is requested (S2, S6, A2). `Frontiers` compares. */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions
  readonly #frontiers: Frontiers
  /** Blocks above the heads here. The reach of a holder is its height. */
  readonly #newer: WantList<LogId>
  readonly #older: WantedParts
  readonly #regroupings: Regroupings
  readonly #repairs: Repairs
  readonly #promises: Promises

  constructor(options: AntiEntropyOptions) {
    this.#options = options
    const { limits, deadlines } = options
    const requests = deadlines.create((now) => this.#request(now))
    this.#frontiers = options.frontiers
    this.#promises = new Promises(limits)
    this.#newer = new WantList(limits, requests, this.#promises)
    this.#older = new WantedParts({ ...options, deadline: requests, promises: this.#promises })
    this.#regroupings = new Regroupings(options)
    this.#repairs = new Repairs(limits, deadlines, (peer, now) => this.#repair(peer, now))
  }

  /** The number of logs of which neighbours are known to hold more. */
  get wanted(): number {
    return Math.max(this.#newer.size, this.#older.size)
  }

  isWanted(log: LogId): boolean {
    return this.#newer.has(log)
  }

  /** Whether blocks of a log that end at this height are wanted, although they do not go on from what is held here. */
  isWantedApart(log: LogId, height: number): boolean {
    return this.#older.has(log, height)
  }

  /** How many blocks of each wanted log are shown to exist and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number> {
    const { ledger } = this.#options
    const missing = new Map(this.#older.missing(now))
    for (const { key, reach } of this.#newer.shown(now)) {
      missing.set(key, (missing.get(key) ?? 0) + reach - ledger.heightOf(key))
    }
    return missing
  }

  compare(neighbour: Neighbour, holdings: Holdings, now: number): void {
    if (!this.#cutLiar(neighbour, now)) this.#frontiers.compare(neighbour, holdings, now)
  }

  /** S5: both sides compare what they hold, once a second while frames are lost. */
  noteLoss({ identity: { peerId } }: Neighbour, now: number): void {
    this.#promises.excuse(peerId)
    this.#repairs.noteLoss(peerId, now)
  }

  /**
   * S2: requests what only the neighbour holds, and shows it forks that it does not know. `admitted`: the entries of the
   * frontier that count now (S4).
   */
  receiveFrontier(neighbour: Neighbour, received: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    if (this.#cutLiar(neighbour, now)) return
    const { ledger } = this.#options
    const { frontier } = neighbour
    frontier.confirm(received.seen)
    if (admitted.length === received.entries.length) frontier.noteReceived(received.base, received.changes)
    else frontier.forgetReceived()
    const idleLimitMs = ledger.idleLimitMs(neighbour.identity.peerId)
    for (const [index, entry] of admitted.entries()) {
      if (!ledger.log(entry.log) && entry.idleMs >= idleLimitMs) continue
      const isLower = entry.log === admitted[index - 1]?.log
      if (isLower) this.#receiveLowerPart(neighbour, entry, now)
      else this.#receiveFrontierEntry(neighbour, entry, now)
    }
    if (!received.isAnswer) this.#frontiers.answer(neighbour, now)
  }

  /** A2: an announced block that does not come by itself is requested, and the neighbour becomes eager. */
  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    if (this.#cutLiar(neighbour, now)) return
    const { ledger, limits } = this.#options
    for (const { log, height } of heads) {
      const usable = Math.min(height, soundHeight(ledger.log(log)?.fork?.height))
      if (usable > ledger.heightOf(log)) {
        this.#want(log, height, neighbour, true, now + limits.graftAfterMs)
      }
      if (ledger.log(log)) neighbour.noteHeight(log, height)
    }
  }

  /** A block came, and the block before it is missing. */
  receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    const { ledger, limits } = this.#options
    this.#promises.excuse(neighbour.identity.peerId)
    if (ledger.log(log)) neighbour.noteHeight(log, height)
    this.#want(log, height, neighbour, false, now + limits.syncGraceMs)
  }

  /** A block contradicts the head here: the neighbour's block for this height would prove the fork. */
  requestProof(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    if (neighbour.proofRequests.spend(1, now)) this.#send(neighbour, [{ log, height, isOlder: false }], false, now)
    else this.#options.outbox.drop('too-many-forks', neighbour.identity.link)
  }

  /** The blocks of an answer have come. What had no room in it is requested at once. */
  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    if (!more) return
    for (const list of [this.#newer, this.#older]) list.continueWith(neighbour.identity.peerId, now)
  }

  /** This node holds the log up to `height` now. `bytes`: the size of what came. */
  noteHeld(log: Log, height: number, from: PeerId | undefined, now: number, bytes: number): void {
    const isRequested = this.#newer.noteHeld(log.id, height, from, now, bytes)
    this.#noteDelivery(from, isRequested, now)
    if (log.size > 1) return
    this.#older.noteBegun(log, now)
  }

  /**
   * The block at `height` has come with others, of `bytes`, that did not go on from the head. `isRegrouped`: the log has more or
   * fewer parts now, so all neighbours have to report again what they hold of it.
   */
  noteInserted(log: Log, height: number, from: PeerId, now: number, bytes: number, isRegrouped: boolean): void {
    const isRequested = this.#older.noteHeld(log, height, from, now, bytes)
    this.#newer.noteHeld(log.id, log.height, undefined, now, 0)
    this.#noteDelivery(from, isRequested, now)
    if (isRegrouped) {
      this.#older.forget(log.id)
      this.#regroupings.note(now)
    }
    this.#frontiers.noteOlder(now)
  }

  /** A block of the log came in an answer, and may be refused here. `isCopy`: it is held already. */
  noteAnswer({ identity: { peerId } }: Neighbour, log: LogId, isCopy: boolean, now: number): void {
    if (isCopy) for (const list of [this.#newer, this.#older]) list.noteCopy(log, peerId, now)
    this.#promises.noteAnswer(peerId, log)
  }

  linkEnded({ identity: { peerId } }: Neighbour, now: number): void {
    this.#repairs.forget(peerId)
    this.#promises.linkEnded(peerId, now)
    for (const list of [this.#newer, this.#older]) list.forgetHolder(peerId, now)
  }

  /** Blocks that neighbours hold of the log contradict what is held here. */
  forgetParts(log: LogId): void {
    this.#older.forget(log)
  }

  forget(log: LogId): void {
    for (const list of [this.#newer, this.#older]) list.forget(log)
  }

  /** Repeats requests, since they may be lost too. A request of the last second may still be answered. */
  #repair(peer: PeerId, now: number): void {
    const neighbour = this.#options.neighbours.get(peer)
    if (!neighbour) return
    const since = now - this.#options.limits.frontierEveryMs
    for (const list of [this.#newer, this.#older]) list.excuse(peer, since, now)
    neighbour.frontier.forgetUnconfirmed()
    this.#frontiers.show(neighbour, now)
  }

  #receiveFrontierEntry(neighbour: Neighbour, entry: FrontierEntry, now: number): void {
    const { ledger, limits, forks } = this.#options
    const { log: id, height, hash, idleMs, forkHeight, oldest } = entry
    if (idleMs >= limits.logExpiresAfterMs) return
    const log = ledger.log(id)
    // A block that was pushed and never came shows now.
    if (log) neighbour.correctHeight(id, height)
    if (log?.fork && (forkHeight === 0 || log.fork.height < forkHeight)) forks.show(neighbour, log, now)
    // Of a log that forks at its first block, only the proof is held.
    if (forkHeight === 1 && !log) {
      this.requestProof(neighbour, id, 1, now)
    } else if (log?.covers(entry)) ledger.noteAge(log, idleMs)
    const usable = Math.min(height, soundHeight(forkHeight), soundHeight(log?.fork?.height))
    // The neighbour can go on from the head here, if there is one.
    const goesOn = !log || log.size === 0 || oldest <= log.height + 1
    if (goesOn && usable > (log?.height ?? 0)) {
      // A few blocks may be on their way along the tree. A log that is new here or far behind is not.
      const isFarBehind = usable - (log?.height ?? 0) > 8
      const graceMs = log && !isFarBehind ? limits.syncGraceMs : 0
      this.#want(id, usable, neighbour, false, now + graceMs)
    } else if (usable > 0 && log?.at(usable)?.block.hash.startsWith(hash) === false) {
      this.requestProof(neighbour, id, usable, now)
    }
    if (oldest > 0) this.#wantPart(neighbour, entry, goesOn ? Math.min(usable, log?.height ?? 0) : usable, now)
  }

  /** What the neighbour holds below the newest part of a log. */
  #receiveLowerPart(neighbour: Neighbour, entry: FrontierEntry, now: number): void {
    const log = this.#options.ledger.log(entry.log)
    if (entry.height > soundHeight(log?.fork?.height)) return
    const held = log?.at(entry.height)
    if (held?.block.hash.startsWith(entry.hash) === false) this.requestProof(neighbour, entry.log, entry.height, now)
    else this.#wantPart(neighbour, entry, entry.height, now)
  }

  /** The neighbour holds a log from `oldest` to `top`. A log that is not held yet first gets its head: what is below shows then. */
  #wantPart({ identity, frontier }: Neighbour, { log: id, oldest }: FrontierEntry, top: number, now: number): void {
    const log = this.#options.ledger.log(id)
    if (log?.head === undefined) {
      if (this.#newer.has(id)) this.#older.noteNew(id, top, oldest, identity.peerId)
    } else if (!this.#older.note(log, top, oldest, identity.peerId, now)) frontier.forgetReceived()
  }

  /** S6: ends the link to a neighbour that has left too many promises unkept. Gives whether it did. */
  #cutLiar(neighbour: Neighbour, now: number): boolean {
    const readBy = Math.max(neighbour.echoedAt, now - this.#options.limits.unechoedMs)
    const isLiar = this.#promises.noteReading(neighbour.identity.peerId, readBy, now)
    if (isLiar) this.#options.outbox.cut(neighbour, 'unkept-promise')
    return isLiar
  }

  #noteDelivery(from: PeerId | undefined, isRequested: boolean, now: number): void {
    if (from === undefined) return
    this.#repairs.noteDelivery(from)
    if (isRequested) this.#promises.noteDelivery(from, now)
    else this.#promises.excuse(from)
  }

  #request(now: number): void {
    const { ledger, neighbours, trees } = this.#options
    const isUp = (peer: PeerId): boolean => neighbours.has(peer)
    const newer = this.#newer.due(now, isUp)
    // Of a log that does not begin here nothing older is wanted.
    for (const log of newer.over) if (!ledger.log(log)) this.#older.forget(log)
    this.#forgetHolders(newer.failed, now)
    for (const [peer, requests] of requestsByHolder(newer.due, (log) => ledger.log(log) !== undefined)) {
      for (const isGraft of [false, true]) {
        const logs = requests.filter(({ graft }) => graft === isGraft).map(({ key }) => key)
        if (isGraft) for (const log of logs) trees.makeEager(log, peer)
        const wants = logs.map((log) => ({ log, height: ledger.heightOf(log) + 1, isOlder: false }))
        this.#ask(neighbours.get(peer), wants, isGraft, now)
      }
    }
    const older = this.#older.due(now, isUp)
    this.#forgetHolders(older.failed, now)
    for (const [peer, wants] of older.due) this.#ask(neighbours.get(peer), wants, false, now)
  }

  #ask(neighbour: Neighbour | undefined, wants: readonly Want[], graft: boolean, now: number): void {
    if (!neighbour) return
    this.#promises.noteAsked(neighbour.identity.peerId, wants, now)
    this.#send(neighbour, wants, graft, now)
  }

  #send(neighbour: Neighbour, wants: readonly Want[], graft: boolean, now: number): void {
    const { limits, newLogs, outbox } = this.#options
    newLogs.noteAsked(neighbour.identity.peerId, wants, now)
    const { maxLogsPerEnvelope } = limits
    for (let start = 0; start < wants.length; start += maxLogsPerEnvelope) {
      outbox.send(neighbour, { type: 'iwant', wants: wants.slice(start, start + maxLogsPerEnvelope), graft })
    }
  }

  #want(log: LogId, height: number, { identity, frontier }: Neighbour, isAnnounced: boolean, askAt: number): void {
    if (this.#options.ledger.isDisplaced({ log, height })) return
    // The list is full: the neighbour has to report again what it holds.
    if (!this.#newer.note(log, height, identity.peerId, isAnnounced, askAt)) frontier.forgetReceived()
  }

  /** These holders did not deliver something: each has to report again what it holds. */
  #forgetHolders(holders: Iterable<PeerId>, now: number): void {
    for (const peer of holders) {
      const neighbour = this.#options.neighbours.get(peer)
      if (!neighbour) continue
      neighbour.frontier.forgetReceived()
      this.#repairs.noteBarren(peer, now)
    }
  }
}
