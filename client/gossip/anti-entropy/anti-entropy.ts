import type { LogId } from '../wire/block.ts'
import { IwantAnswer } from './iwant-answer.ts'
import type { BroadcastTrees } from '../plumtree/broadcast-trees.ts'
import { carryBlock } from '../ledger/carry-block.ts'
import type { Deadlines } from '../bounds/deadlines.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Envelope, FrontierEntry, LogHeight } from '../wire/envelope.ts'
import type { ForkProofs } from './fork-proofs.ts'
import { wholeMs } from '../wire/hop.ts'
import type { Holdings, Ledger } from '../ledger/ledger.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { NewLogs } from '../ledger/new-logs.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { Repairs } from './repairs.ts'
import { type Request, WantList } from './want-list.ts'

export type Frontier = Extract<Envelope, { type: 'frontier' }>

export interface AntiEntropyOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly newLogs: NewLogs
  readonly trees: BroadcastTrees
  readonly forks: ForkProofs
  readonly outbox: Outbox
  readonly deadlines: Deadlines
}

/** Compares frontiers, requests what is missing (rules S, A2), and answers requests (S3). */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions
  readonly #wantList: WantList
  readonly #repairs: Repairs

  constructor(options: AntiEntropyOptions) {
    this.#options = options
    this.#wantList = new WantList(
      options.limits,
      options.deadlines.create((now) => this.#request(now)),
    )
    this.#repairs = new Repairs(options.limits, options.deadlines, (peer, now) => this.#repair(peer, now))
  }

  /** The number of logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#wantList.size
  }

  isWanted(log: LogId): boolean {
    return this.#wantList.has(log)
  }

  wantedHeights(): Iterable<LogHeight> {
    return this.#wantList.heights()
  }

  /** S1: if the digests differ, one of the two nodes lacks something. */
  compare(neighbour: Neighbour, { digest, changes }: Holdings, now: number): void {
    const { ledger, limits } = this.#options
    const ours = ledger.digest()
    if (digest === ours) return neighbour.frontier.noteEqualDigests(ledger.changes, changes)
    if (now - neighbour.frontier.sentAt < limits.frontierEveryMs) return
    neighbour.frontier.noteDifferentDigests(ours, digest)
    this.#sendFrontier(neighbour, false, now)
  }

  /** A long silence is over: what was sent meanwhile may be lost. */
  reunite(neighbour: Neighbour, now: number): void {
    const isDue = now - neighbour.frontier.sentAt >= this.#options.limits.frontierEveryMs
    if (isDue) this.#sendFrontier(neighbour, false, now)
  }

  /** S5: both sides compare what they hold, once a second while frames are lost. */
  noteLoss({ identity: { peerId } }: Neighbour, now: number): void {
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
    if (!received.isAnswer) this.#sendFrontier(neighbour, true, now)
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
    if (ledger.log(log)) neighbour.noteHeight(log, height)
    this.#want(log, height, neighbour, false, now + limits.syncGraceMs)
  }

  /** A block contradicts the head here: the neighbour's block for this height would prove the fork. */
  requestProof(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    if (neighbour.proofRequests.spend(1, now)) this.#send(neighbour, [{ log, height }], false, now)
    else this.#options.outbox.drop('too-many-forks', neighbour.identity.link)
  }

  /** S3: sends several envelopes at once, so that a round trip carries more than one envelope. */
  receiveIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    const { ledger, limits, trees, forks, outbox } = this.#options
    const { peerId, link } = neighbour.identity
    if (!neighbour.serveBytes.spend(0, now)) return outbox.drop('too-many-requests', link) // Before the work, too.
    const answer = new IwantAnswer(limits)
    for (const { log: id, height } of wants) {
      const log = ledger.log(id)
      if (!log) continue
      if (log.fork && height >= log.fork.height) forks.show(neighbour, log, now)
      if (graft) trees.makeEager(id, peerId)
      for (const held of log.from(height)) {
        // Above a fork only the block that proves it, and only for a request that begins there.
        if (log.fork && held.block.height >= log.fork.height && held.block.height > height) break
        if (!answer.add(carryBlock(held, log, ledger, limits, now))) break
        neighbour.noteHeight(id, held.block.height)
      }
      if (answer.isFull) break
    }
    if (answer.bytes === 0) return
    if (!neighbour.serveBytes.spend(answer.bytes, now)) return outbox.drop('too-many-requests', link)
    for (const envelope of answer.envelopes()) outbox.send(neighbour, envelope)
  }

  /** The blocks of an answer have come. What had no room in it is requested at once. */
  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    if (more) this.#wantList.continueWith(neighbour.identity.peerId, now)
  }

  /** This node holds the log up to `height` now. */
  noteHeld(log: LogId, height: number, from: PeerId | undefined, now: number): void {
    if (from !== undefined) this.#repairs.noteDelivery(from)
    this.#wantList.noteHeld(log, height, from, now)
  }

  linkEnded({ identity: { peerId } }: Neighbour, now: number): void {
    this.#repairs.forget(peerId)
    this.#wantList.forgetHolder(peerId, now)
  }

  forget(log: LogId): void {
    this.#wantList.forget(log)
  }

  /** Repeats requests, since they may be lost too. A request of the last second may still be answered. */
  #repair(peer: PeerId, now: number): void {
    const neighbour = this.#options.neighbours.get(peer)
    if (!neighbour) return
    this.#wantList.excuse(peer, now - this.#options.limits.frontierEveryMs, now)
    neighbour.frontier.forgetUnconfirmed()
    this.#sendFrontier(neighbour, false, now)
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
  }

  #lacks(id: LogId, height: number): boolean {
    const log = this.#options.ledger.log(id)
    const usable = log?.fork ? Math.min(height, log.fork.height - 1) : height
    return usable > (log?.height ?? 0)
  }

  /** S1: sends what has changed since the last frontier. */
  #sendFrontier(neighbour: Neighbour, isAnswer: boolean, now: number): void {
    const { ledger, limits, outbox } = this.#options
    const { frontier } = neighbour
    let base = frontier.baseAt(now, limits.requestAgainMs)
    frontier.noteSent(ledger.changes, now)
    const logs = ledger.changedSince(base)
    // At least one part: it reports what is known of the neighbour's ledger, and requests its frontier.
    for (let start = 0; start === 0 || start < logs.length; start += limits.maxLogsPerEnvelope) {
      const part = logs.slice(start, start + limits.maxLogsPerEnvelope)
      const isLast = start + part.length === logs.length
      const changes = isLast ? ledger.changes : (part.at(-1)?.changedAt ?? 0)
      outbox.send(neighbour, {
        type: 'frontier',
        entries: part.map((log) => frontierEntryOf(log, ledger)),
        base,
        changes,
        seen: frontier.seen,
        // All parts together request one answer.
        isAnswer: isAnswer || !isLast,
      })
      base = changes
    }
  }

  #request(now: number): void {
    const { ledger, neighbours, trees } = this.#options
    const wantsOf = new Map<PeerId, { readonly plain: LogHeight[]; readonly grafts: LogHeight[] }>()
    const { due, forgotten } = this.#wantList.due(now, (peer) => neighbours.has(peer))
    for (const holders of forgotten) this.#forgetHolders(holders, now)
    for (const { log, from, graft: isGraft } of this.#inTurns(due)) {
      const wants = wantsOf.get(from) ?? { plain: [], grafts: [] }
      wantsOf.set(from, wants)
      const want = { log, height: (ledger.log(log)?.height ?? 0) + 1 }
      if (isGraft) {
        trees.makeEager(log, from)
        wants.grafts.push(want)
      } else wants.plain.push(want)
    }
    for (const [peer, { plain, grafts }] of wantsOf) {
      const neighbour = neighbours.get(peer)
      if (!neighbour) continue
      this.#send(neighbour, plain, false, now)
      this.#send(neighbour, grafts, true, now)
    }
  }

  /** Logs held here and logs new here take turns, since an answer has little room: invented logs delay none held here. */
  #inTurns(due: readonly Request[]): readonly Request[] {
    const isHeld = ({ log }: Request): boolean => this.#options.ledger.log(log) !== undefined
    // The kind that has waited longest begins, since one log alone may fill the answer.
    const [first] = due
    const isFirstKind = (request: Request): boolean => first !== undefined && isHeld(request) === isHeld(first)
    const [those, others] = [due.filter(isFirstKind), due.filter((request) => !isFirstKind(request))]
    return Array.from({ length: Math.max(those.length, others.length) }, (_, turn) => [those[turn], others[turn]])
      .flat()
      .filter((request) => request !== undefined)
  }

  #send(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    const { limits, newLogs, outbox } = this.#options
    newLogs.noteAsked(neighbour.identity.peerId, wants, now)
    const { maxLogsPerEnvelope } = limits
    for (let start = 0; start < wants.length; start += maxLogsPerEnvelope) {
      outbox.send(neighbour, { type: 'iwant', wants: wants.slice(start, start + maxLogsPerEnvelope), graft })
    }
  }

  #want(log: LogId, height: number, { identity, frontier }: Neighbour, isAnnounced: boolean, askAt: number): void {
    // The list is full: the neighbour has to report again what it holds.
    if (!this.#wantList.note(log, height, identity.peerId, isAnnounced, askAt)) frontier.forgetReceived()
  }

  /** None of these holders delivered: each has to report again what it holds. */
  #forgetHolders(holders: Iterable<PeerId>, now: number): void {
    for (const peer of holders) {
      const neighbour = this.#options.neighbours.get(peer)
      if (!neighbour) continue
      neighbour.frontier.forgetReceived()
      this.#repairs.noteBarren(peer, now)
    }
  }
}

const frontierEntryOf = (log: Log, ledger: Ledger): FrontierEntry => ({
  log: log.id,
  height: log.sound.height,
  hash: log.sound.hash.slice(0, 11),
  idleMs: wholeMs(ledger.idleMs(log)),
  forkHeight: log.fork?.height ?? 0,
})
