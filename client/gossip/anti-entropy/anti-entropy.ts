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

/** What a neighbour says of its ledger in hello and heartbeat. */
export interface Holdings {
  readonly digest: string
  readonly changes: number
}

export interface AntiEntropyOptions {
  readonly limits: GossipLimits
  readonly ledger: Ledger
  /** The greeted ones. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly send: (neighbour: Neighbour, envelope: Envelope) => void
  /** The log is to be pushed to this neighbour from now on, and it will push it to us. */
  readonly graft: (log: LogId, peer: PeerId) => void
  /** The neighbour does not know of this log's fork. */
  readonly showFork: (neighbour: Neighbour, log: Log, now: number) => void
  /** The neighbour has asked for more than it is served. */
  readonly refused: (neighbour: Neighbour) => void
}

/** Finds out what is missing, asks for it (rules S, A2), and answers those who ask (S3). */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions
  readonly #wantList: WantList
  /** When to find out what was lost on the link to a neighbour. */
  readonly #repairs = new Map<PeerId, number>()
  /** Neighbours with whom this node compared because a request brought nothing, and who have brought nothing since. */
  readonly #barren = new Set<PeerId>()

  constructor(options: AntiEntropyOptions) {
    this.#options = options
    // They have to say again what they hold.
    this.#wantList = new WantList(options.limits, (holders, inVainAt) => {
      for (const peer of holders) {
        const neighbour = options.neighbours.get(peer)
        neighbour?.frontier.forgetReceived()
        // Its answer may have had no room on the link. Not again before it has brought something: it may have nothing to bring.
        if (!neighbour || inVainAt === undefined || this.#barren.has(peer)) continue
        this.#barren.add(peer)
        this.noteLoss(neighbour, inVainAt)
      }
    })
  }

  /** Logs of which neighbours are known to hold more. */
  get wanted(): number {
    return this.#wantList.size
  }

  isWanted(log: LogId): boolean {
    return this.#wantList.has(log)
  }

  wantedHeights(): Iterable<LogHeight> {
    return this.#wantList.heights()
  }

  /** S1: another digest means that one of us lacks something. */
  compare(neighbour: Neighbour, { digest, changes }: Holdings, now: number): void {
    const { ledger, limits } = this.#options
    const ours = ledger.digest()
    if (digest === ours) return neighbour.frontier.noteEqualDigests(ledger.changes, changes)
    if (now - neighbour.frontier.sentAt < limits.frontierEveryMs) return
    neighbour.frontier.noteDifferentDigests(ours, digest)
    this.#sendFrontier(neighbour, false, now)
  }

  /** A silence is over: what was sent meanwhile may never have come. */
  reunite(neighbour: Neighbour, now: number): void {
    const isDue = now - neighbour.frontier.sentAt >= this.#options.limits.frontierEveryMs
    if (isDue) this.#sendFrontier(neighbour, false, now)
  }

  /** S5: both sides compare what they hold, once a second while frames are lost. */
  noteLoss({ identity: { peerId } }: Neighbour, now: number): void {
    if (!this.#repairs.has(peerId)) this.#repairs.set(peerId, now + this.#options.limits.frontierEveryMs)
  }

  /**
   * S2: what the other holds and we lack is asked for; forks that the other does not know of are shown. `admitted`: the
   * entries that it may name now.
   */
  receiveFrontier(neighbour: Neighbour, told: Frontier, admitted: readonly FrontierEntry[], now: number): void {
    const { frontier } = neighbour
    frontier.confirm(told.seen)
    if (admitted.length === told.entries.length) frontier.noteReceived(told.base, told.changes)
    else frontier.forgetReceived()
    const { ledger } = this.#options
    const idleLimitMs = ledger.idleLimitMs(neighbour.identity.peerId)
    for (const entry of admitted) {
      if (ledger.log(entry.log) || entry.idleMs < idleLimitMs) this.#receiveFrontierEntry(neighbour, entry, now)
    }
    if (!told.isAnswer) this.#sendFrontier(neighbour, true, now)
  }

  /** A2: what is announced and does not come by itself is asked for, and its sender becomes eager. */
  receiveIhave(neighbour: Neighbour, heads: readonly LogHeight[], now: number): void {
    const { ledger, limits } = this.#options
    for (const { log, height } of heads) {
      if (this.#lacks(log, height)) {
        this.#wantList.note(log, height, neighbour.identity.peerId, true, now + limits.graftAfterMs)
      }
      if (ledger.log(log)) neighbour.noteHeight(log, height)
    }
  }

  /** A block came whose predecessor is missing. */
  receiveGap(neighbour: Neighbour, log: LogId, height: number, now: number): void {
    const { ledger, limits } = this.#options
    if (ledger.log(log)) neighbour.noteHeight(log, height)
    this.#wantList.note(log, height, neighbour.identity.peerId, false, now + limits.syncGraceMs)
  }

  /** S3: several envelopes at once, so that a round trip carries more than one of them holds. */
  receiveIwant(neighbour: Neighbour, wants: readonly LogHeight[], graft: boolean, now: number): void {
    const { ledger, limits } = this.#options
    // Before the work, not only before the sending.
    if (!neighbour.serveBytes.spend(0, now)) return this.#options.refused(neighbour)
    const answer = new IwantAnswer(limits)
    for (const { log: id, height } of wants) {
      const log = ledger.log(id)
      if (!log) continue
      if (log.fork && height >= log.fork.height) this.#options.showFork(neighbour, log, now)
      if (graft) this.#options.graft(id, neighbour.identity.peerId)
      for (const held of log.from(height)) {
        // Beyond a fork only the block that proves it, for who asks for just that one.
        if (log.fork && held.block.height >= log.fork.height && held.block.height > height) break
        if (!answer.add(carryBlock(held, log, ledger, limits, now))) break
        neighbour.noteHeight(id, held.block.height)
      }
      if (answer.isFull) break
    }
    if (answer.bytes === 0) return
    if (!neighbour.serveBytes.spend(answer.bytes, now)) return this.#options.refused(neighbour)
    for (const envelope of answer.envelopes()) this.#options.send(neighbour, envelope)
  }

  /** After the blocks of an answer: what had no room in it is asked for at once. */
  receiveAnswerEnd(neighbour: Neighbour, more: boolean, now: number): void {
    if (more) this.#wantList.continueWith(neighbour.identity.peerId, now)
  }

  /** The log is held up to `height` now. */
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

  /** What time alone decides. */
  run(now: number): void {
    for (const [peer, at] of this.#repairs) if (now >= at) this.#repair(peer, now)
    if (now >= this.#wantList.nextAt()) this.#request(now)
  }

  nextWakeAt(): number {
    return Math.min(this.#wantList.nextAt(), ...this.#repairs.values())
  }

  /** Requests may be lost as well; one of the last second may still be answered. */
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
    if (idleMs >= limits.logFadesAfterMs) return
    const log = ledger.log(id)
    // What was pushed and never came is known now: the truth replaces our guess.
    if (log) neighbour.correctHeight(id, height)
    if (log?.fork && (forkHeight === 0 || log.fork.height < forkHeight)) this.#options.showFork(neighbour, log, now)
    // Forked from its first block on, a log is known by nothing but the proof.
    if (forkHeight === 1 && !log) {
      this.#options.send(neighbour, { type: 'iwant', wants: [{ log: id, height: 1 }], graft: false })
    } else if (log && reaches(log, entry)) ledger.noteAge(log, idleMs)
    const usable = forkHeight > 0 ? Math.min(height, forkHeight - 1) : height
    if (this.#lacks(id, usable)) {
      // Few blocks may be on their way along the tree; a log that is new here, or far behind, is not.
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

  /** S1: what changed since the neighbour was told. */
  #sendFrontier(neighbour: Neighbour, isAnswer: boolean, now: number): void {
    const { ledger, limits, send } = this.#options
    const { frontier } = neighbour
    let base = frontier.baseAt(now, limits.requestAgainMs)
    frontier.noteSent(ledger.changes, now)
    const logs = ledger.changedSince(base)
    // At least one part, so that the other side is told what is known of it, and answers.
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
        // One answer is owed for all parts.
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

  /** An answer has room for few: logs held here and logs new here take turns, so that made-up ones delay none held here. */
  #inTurns(due: readonly Request[]): readonly Request[] {
    const isHeld = ({ log }: Request): boolean => this.#options.ledger.log(log) !== undefined
    // The kind that waits for longest begins: one log alone may fill the answer.
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

/** The head here is the neighbour's, or was made after it: so it is no older. */
const reaches = (log: Log, { height, hash, forkHeight }: FrontierEntry): boolean => {
  const { sound, fork, size } = log
  if (size === 0) return fork !== undefined
  if (height === sound.height) return forkHeight === (fork?.height ?? 0) && sound.hash.startsWith(hash)
  return height < sound.height && log.at(height)?.block.hash.startsWith(hash) === true
}

const frontierEntryOf = (log: Log, ledger: Ledger): FrontierEntry => ({
  log: log.id,
  height: log.sound.height,
  hash: log.sound.hash.slice(0, 11),
  idleMs: wholeMs(ledger.idleMs(log)),
  forkHeight: log.fork?.height ?? 0,
})
