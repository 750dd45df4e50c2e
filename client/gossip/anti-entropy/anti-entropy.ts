import type { LogId } from '../wire/block.ts'
import { IwantAnswer } from './iwant-answer.ts'
import { carryBlock } from '../ledger/carry-block.ts'
import type { Envelope, FrontierEntry, LogHeight } from '../wire/envelope.ts'
import { wholeMs } from '../wire/hop.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Log } from '../ledger/log.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { PeerId } from '../wire/peer-id.ts'
import { type Request, WantList } from './want-list.ts'

export type Frontier = Extract<Envelope, { type: 'frontier' }>

/** What `hello` and heartbeats carry of a node's ledger. */
export interface Holdings {
  readonly digest: string
  readonly changes: number
}

export interface AntiEntropyOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly send: (neighbour: Neighbour, envelope: Envelope) => void
  /** From now on this node pushes the log to the neighbour, and the neighbour pushes it here. */
  readonly graft: (log: LogId, peer: PeerId) => void
  /** The neighbour does not know of this log's fork. */
  readonly showFork: (neighbour: Neighbour, log: Log, now: number) => void
  /** The neighbour has requested more than it is served. */
  readonly dropRequest: (neighbour: Neighbour) => void
}

/** Compares frontiers, requests what is missing (rules S, A2), and answers requests (S3). */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions
  readonly #wantList: WantList
  /** When to compare with a neighbour because frames were lost on its link. */
  readonly #repairs = new Map<PeerId, number>()
  /** Neighbours with which this node compared after a request brought nothing, and that have brought nothing since. */
  readonly #barren = new Set<PeerId>()

  constructor(options: AntiEntropyOptions) {
    this.#options = options
    // The holders have to report again what they hold.
    this.#wantList = new WantList(options.limits, (holders, timedOutAt) => {
      for (const peer of holders) {
        const neighbour = options.neighbours.get(peer)
        neighbour?.frontier.forgetReceived()
        // Its answer may have had no room on the link. This is tried once until the neighbour brings something.
        if (!neighbour || timedOutAt === undefined || this.#barren.has(peer)) continue
        this.#barren.add(peer)
        this.noteLoss(neighbour, timedOutAt)
      }
    })
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
    if (!this.#repairs.has(peerId)) this.#repairs.set(peerId, now + this.#options.limits.frontierEveryMs)
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
        this.#wantList.note(log, height, neighbour.identity.peerId, true, now + limits.graftAfterMs)
      }
      if (ledger.log(log)) neighbour.noteHeight(log, height)
    }
  }

  /** A block came, and the block before it is missing. */
  receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    const { ledger, limits } = this.#options
    if (ledger.log(log)) neighbour.noteHeight(log, height)
    this.#wantList.note(log, height, neighbour.identity.peerId, false, now + limits.syncGraceMs)
  }

  /** S3: sends several envelopes at once, so that a round trip carries more than one envelope. */
  receiveIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    const { ledger, limits } = this.#options
    if (!neighbour.serveBytes.spend(0, now)) return this.#options.dropRequest(neighbour) // Before the work, too.
    const answer = new IwantAnswer(limits)
    for (const { log: id, height } of wants) {
      const log = ledger.log(id)
      if (!log) continue
      if (log.fork && height >= log.fork.height) this.#options.showFork(neighbour, log, now)
      if (graft) this.#options.graft(id, neighbour.identity.peerId)
      for (const held of log.from(height)) {
        // Above a fork only the block that proves it, and only for a request that begins there.
        if (log.fork && held.block.height >= log.fork.height && held.block.height > height) break
        if (!answer.add(carryBlock(held, log, ledger, limits, now))) break
        neighbour.noteHeight(id, held.block.height)
      }
      if (answer.isFull) break
    }
    if (answer.bytes === 0) return
    if (!neighbour.serveBytes.spend(answer.bytes, now)) return this.#options.dropRequest(neighbour)
    for (const envelope of answer.envelopes()) this.#options.send(neighbour, envelope)
  }

  /** The blocks of an answer have come. What had no room in it is requested at once. */
  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    if (more) this.#wantList.continueWith(neighbour.identity.peerId, now)
  }

  /** This node holds the log up to `height` now. */
  noteHeld(log: LogId, height: number, from: PeerId | undefined, now: number): void {
    if (from !== undefined) this.#barren.delete(from)
    this.#wantList.noteHeld(log, height, from, now)
  }

  linkEnded({ identity: { peerId } }: Neighbour, now: number): void {
    this.#repairs.delete(peerId)
    this.#barren.delete(peerId)
    this.#wantList.forgetHolder(peerId, now)
  }

  forget(log: LogId): void {
    this.#wantList.forget(log)
  }

  /** Does what is due. */
  run(now: number): void {
    for (const [peer, at] of this.#repairs) if (now >= at) this.#repair(peer, now)
    if (now >= this.#wantList.nextAt()) this.#request(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#wantList.nextAt(), ...this.#repairs.values())
  }

  /** Repeats requests, since they may be lost too. A request of the last second may still be answered. */
  #repair(peer: PeerId, now: number): void {
    this.#repairs.delete(peer)
    const neighbour = this.#options.neighbours.get(peer)
    if (!neighbour) return
    this.#wantList.excuse(peer, now - this.#options.limits.frontierEveryMs, now)
    neighbour.frontier.forgetUnconfirmed()
    this.#sendFrontier(neighbour, false, now)
  }

  #receiveFrontierEntry(neighbour: Neighbour, entry: FrontierEntry, now: number): void {
    const { ledger, limits } = this.#options
    const { log: id, height, hash, idleMs, forkHeight } = entry
    if (idleMs >= limits.logExpiresAfterMs) return
    const log = ledger.log(id)
    // A block that was pushed and never came shows now.
    if (log) neighbour.correctHeight(id, height)
    if (log?.fork && (forkHeight === 0 || log.fork.height < forkHeight)) this.#options.showFork(neighbour, log, now)
    // Of a log that forks at its first block, only the proof is held.
    if (forkHeight === 1 && !log) {
      this.#options.send(neighbour, { type: 'iwant', wants: [{ log: id, height: 1 }], graft: false })
    } else if (log?.covers(entry)) ledger.noteAge(log, idleMs)
    const usable = forkHeight > 0 ? Math.min(height, forkHeight - 1) : height
    if (this.#lacks(id, usable)) {
      // A few blocks may be on their way along the tree. A log that is new here or far behind is not.
      const isFarBehind = usable - (log?.height ?? 0) > 8
      const graceMs = log && !isFarBehind ? limits.syncGraceMs : 0
      this.#wantList.note(id, usable, neighbour.identity.peerId, false, now + graceMs)
    } else if (log && usable > 0 && log.at(usable)?.block.hash.startsWith(hash) === false) {
      this.#options.send(neighbour, { type: 'iwant', wants: [{ log: id, height: usable }], graft: false })
    }
  }

  #lacks(id: LogId, height: number): boolean {
    const log = this.#options.ledger.log(id)
    const usable = log?.fork ? Math.min(height, log.fork.height - 1) : height
    return usable > (log?.height ?? 0)
  }

  /** S1: sends what has changed since the last frontier. */
  #sendFrontier(neighbour: Neighbour, isAnswer: boolean, now: number): void {
    const { ledger, limits, send } = this.#options
    const { frontier } = neighbour
    let base = frontier.baseAt(now, limits.requestAgainMs)
    frontier.noteSent(ledger.changes, now)
    const logs = ledger.changedSince(base)
    // At least one part: it reports what is known of the neighbour's ledger, and requests its frontier.
    for (let start = 0; start === 0 || start < logs.length; start += limits.maxLogsPerEnvelope) {
      const part = logs.slice(start, start + limits.maxLogsPerEnvelope)
      const isLast = start + part.length === logs.length
      const changes = isLast ? ledger.changes : (part.at(-1)?.changedAt ?? 0)
      send(neighbour, {
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
    const { ledger, neighbours, graft } = this.#options
    const wantsOf = new Map<PeerId, { readonly plain: LogHeight[]; readonly grafts: LogHeight[] }>()
    const due = [...this.#wantList.due(now, (peer) => neighbours.has(peer))]
    for (const { log, from, graft: isGraft } of this.#inTurns(due)) {
      const wants = wantsOf.get(from) ?? { plain: [], grafts: [] }
      wantsOf.set(from, wants)
      const want = { log, height: (ledger.log(log)?.height ?? 0) + 1 }
      if (isGraft) {
        graft(log, from)
        wants.grafts.push(want)
      } else wants.plain.push(want)
    }
    for (const [peer, { plain, grafts }] of wantsOf) {
      this.#ask(peer, plain, false)
      this.#ask(peer, grafts, true)
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

  #ask(peer: PeerId, wants: readonly LogHeight[], graft: boolean): void {
    const { neighbours, limits, send } = this.#options
    const neighbour = neighbours.get(peer)
    if (!neighbour) return
    const { maxLogsPerEnvelope } = limits
    for (let start = 0; start < wants.length; start += maxLogsPerEnvelope) {
      send(neighbour, { type: 'iwant', wants: wants.slice(start, start + maxLogsPerEnvelope), graft })
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
