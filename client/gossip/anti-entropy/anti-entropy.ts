import type { LogId } from '../wire/block.ts'
import { BlockServer } from './block-server.ts'
import type { BroadcastTrees } from '../plumtree/broadcast-trees.ts'
import type { Envelope, FrontierEntry, LogHeight, Want } from '../wire/envelope.ts'
import type { ForkProofs } from './fork-proofs.ts'
import type { Frontiers, FrontiersOptions } from './frontiers.ts'
import type { Holdings } from '../ledger/holdings.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { NewLogs } from '../ledger/new-logs.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { Repairs } from './repairs.ts'
import { Promises } from './promises.ts'
import { requestsByHolder } from './request-order.ts'
import { type Request, WantList } from './want-list.ts'

export type Frontier = Extract<Envelope, { type: 'frontier' }>

export interface AntiEntropyOptions extends FrontiersOptions {
  readonly frontiers: Frontiers
  readonly newLogs: NewLogs
  readonly trees: BroadcastTrees
  readonly forks: ForkProofs
}

/** What is missing here, and of whom it is requested (S2, S6, A2). `Frontiers` compares, `BlockServer` answers requests. */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions
  readonly #frontiers: Frontiers
  /** Blocks above the heads here. The reach of a holder is its height. */
  readonly #newer: WantList
  /** Blocks below the oldest ones here. The reach of a holder is the height of its oldest block below zero. */
  readonly #older: WantList
  readonly #repairs: Repairs
  readonly #promises: Promises
  readonly #server: BlockServer

  constructor(options: AntiEntropyOptions) {
    this.#options = options
    const { limits, deadlines } = options
    const requests = deadlines.create((now) => this.#request(now))
    this.#frontiers = options.frontiers
    this.#server = new BlockServer(options)
    this.#promises = new Promises(limits)
    this.#newer = new WantList(limits, requests, this.#promises)
    this.#older = new WantList(limits, requests, this.#promises)
    this.#repairs = new Repairs(limits, deadlines, (peer, now) => this.#repair(peer, now))
  }

  /** The number of logs of which neighbours are known to hold more. */
  get wanted(): number {
    return Math.max(this.#newer.size, this.#older.size)
  }

  isWanted(log: LogId): boolean {
    return this.#newer.has(log)
  }

  /** How many blocks of each wanted log are shown to exist and are not held here. */
  missing(now: number): ReadonlyMap<LogId, number> {
    const { ledger } = this.#options
    const missing = new Map<LogId, number>()
    for (const { log, reach } of this.#newer.shown(now)) missing.set(log, reach - ledger.heightOf(log))
    for (const { log: id, reach } of this.#older.shown(now)) {
      const oldest = ledger.log(id)?.oldestHeight ?? 0
      missing.set(id, (missing.get(id) ?? 0) + Math.max(0, oldest + reach))
    }
    return missing
  }

  compare(neighbour: Neighbour, holdings: Holdings, now: number): void {
    const { peerId } = neighbour.identity
    if (!this.#promises.noteEcho(peerId, neighbour.echoedAt, now)) {
      return this.#frontiers.compare(neighbour, holdings, now)
    }
    return this.#options.outbox.cut(neighbour, 'unkept-promise') // S6
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
    const { ledger } = this.#options
    const { frontier } = neighbour
    frontier.confirm(received.seen)
    if (admitted.length === received.entries.length) frontier.noteReceived(received.base, received.changes)
    else frontier.forgetReceived()
    const idleLimitMs = ledger.idleLimitMs(neighbour.identity.peerId)
    for (const entry of admitted) {
      if (ledger.log(entry.log) || entry.idleMs < idleLimitMs) this.#receiveFrontierEntry(neighbour, entry, now)
    }
    if (!received.isAnswer) this.#frontiers.answer(neighbour, now)
  }

  /** A2: an announced block that does not come by itself is requested, and the neighbour becomes eager. */
  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    const { ledger, limits } = this.#options
    for (const { log, height } of heads) {
      if (this.#lacks(log, height)) {
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

  receiveIwant(neighbour: Neighbour, wants: readonly Want[], graft: boolean, now: number): void {
    this.#server.serve(neighbour, wants, graft, now)
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
    // The log begins here.
    this.#older.noteHeld(log.id, -log.oldestHeight, undefined, now, 0)
    this.#older.hurry(log.id, now)
  }

  /** This node holds the log from its oldest block on, which has just come. `bytes`: the size of what came. */
  noteOlder(log: Log, from: PeerId, now: number, bytes: number): void {
    const isRequested = this.#older.noteHeld(log.id, -log.oldestHeight, from, now, bytes)
    this.#noteDelivery(from, isRequested, now)
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
    const { log: id, height, hash, idleMs, forkHeight } = entry
    if (idleMs >= limits.logExpiresAfterMs) return
    const log = ledger.log(id)
    // A block that was pushed and never came shows now.
    if (log) neighbour.correctHeight(id, height)
    if (log?.fork && (forkHeight === 0 || log.fork.height < forkHeight)) forks.show(neighbour, log, now)
    // Of a log that forks at its first block, only the proof is held.
    if (forkHeight === 1 && !log) {
      this.requestProof(neighbour, id, 1, now)
    } else if (log?.covers(entry)) ledger.noteAge(log, idleMs)
    const usable = forkHeight > 0 ? Math.min(height, forkHeight - 1) : height
    if (this.#lacks(id, usable)) {
      // A few blocks may be on their way along the tree. A log that is new here or far behind is not.
      const isFarBehind = usable - (log?.height ?? 0) > 8
      const graceMs = log && !isFarBehind ? limits.syncGraceMs : 0
      this.#want(id, usable, neighbour, false, now + graceMs)
    } else if (log && usable > 0 && log.at(usable)?.block.hash.startsWith(hash) === false) {
      this.requestProof(neighbour, id, usable, now)
    }
    if (entry.oldest > 0) this.#wantOlder(neighbour, entry, now)
  }

  #lacks(id: LogId, height: number): boolean {
    const log = this.#options.ledger.log(id)
    const usable = log?.fork ? Math.min(height, log.fork.height - 1) : height
    return usable > (log?.height ?? 0)
  }

  /** A log that is not held yet first gets its head: what is below shows then. */
  #wantOlder({ identity, frontier }: Neighbour, { log: id, oldest, height }: FrontierEntry, now: number): void {
    const { ledger } = this.#options
    const log = ledger.log(id)
    const isHeld = log !== undefined && log.size > 0
    if (!isHeld && !this.#newer.has(id)) return
    if (isHeld && (oldest >= log.retainedFrom || height < log.oldestHeight - 1 || !ledger.wantsOlder(log))) return
    const askAt = isHeld ? now : Infinity
    const isNoted = this.#older.note(id, -oldest, identity.peerId, false, askAt)
    if (!isNoted && isHeld) frontier.forgetReceived()
  }

  #noteDelivery(from: PeerId | undefined, isRequested: boolean, now: number): void {
    if (from === undefined) return
    this.#repairs.noteDelivery(from)
    if (isRequested) this.#promises.noteDelivery(from, now)
    else this.#promises.excuse(from)
  }

  #request(now: number): void {
    const { ledger, neighbours, trees } = this.#options
    const isHeld = (log: LogId): boolean => ledger.log(log) !== undefined
    for (const [peer, requests] of requestsByHolder(this.#due(this.#newer, now), isHeld)) {
      for (const isGraft of [false, true]) {
        const logs = requests.filter(({ graft }) => graft === isGraft).map(({ log }) => log)
        if (isGraft) for (const log of logs) trees.makeEager(log, peer)
        const wants = logs.map((log) => ({ log, height: ledger.heightOf(log) + 1, isOlder: false }))
        this.#ask(neighbours.get(peer), wants, isGraft, now)
      }
    }
    for (const [peer, requests] of requestsByHolder(this.#due(this.#older, now), isHeld)) {
      const wants = requests.flatMap(({ log: id }) => {
        const log = ledger.log(id)
        if (log && ledger.wantsOlder(log)) return { log: id, height: log.oldestHeight, isOlder: true }
        this.#older.forget(id)
        return []
      })
      this.#ask(neighbours.get(peer), wants, false, now)
    }
  }

  #due(list: WantList, now: number): readonly Request[] {
    const { ledger, neighbours } = this.#options
    const { due, failed, over } = list.due(now, (peer) => neighbours.has(peer))
    // Of a log that does not begin here nothing older is wanted.
    for (const log of over) if (!ledger.log(log)) this.#older.forget(log)
    this.#forgetHolders(failed, now)
    return due
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
