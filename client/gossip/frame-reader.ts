import type { Awareness } from './awareness.ts'
import { isFork, parseRun } from './codec/carried-run.ts'
import { type Block, type BlockRun, type VerifiedBlock } from './wire/block.ts'
import type { Codec } from './codec/codec.ts'
import type { CarriedBlock } from './wire/envelope.ts'
import type { Ticket } from './effects/gossip-effect.ts'
import type { GossipLimits } from './bounds/limits.ts'
import { Inbox, type Part, type PlainEnvelope, sizeOf, type WaitingFrame } from './links/inbox.ts'
import type { LinkId } from './wire/link.ts'
import type { LogIntake } from './log-intake.ts'
import type { Neighbour } from './links/neighbour.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { CarriedNotice, NoticeContent, VerifiedNotice } from './wire/notice.ts'
import type { Outbox } from './effects/outbox.ts'
import type { DirectMessages } from './direct-messages.ts'
import type { ReceivedEphemeral } from './plumtree/ephemerals.ts'
import type { Replication } from './replication.ts'
import { type Check, type Proof, SignatureChecks } from './signature-checks.ts'
import { blockMessage } from './codec/signed-block.ts'
import { ephemeralMessage } from './codec/signed-ephemeral.ts'
import { noticeMessage } from './codec/signed-notice.ts'
import type { VerifiedEphemeral } from './wire/ephemeral.ts'

export interface FrameReaderOptions {
  readonly codec: Codec
  readonly limits: GossipLimits
  readonly links: Neighbourhood
  readonly intake: LogIntake
  readonly replication: Replication
  readonly directs: DirectMessages
  readonly awareness: Awareness | undefined
  readonly outbox: Outbox
}

/**
 * From the bytes of a frame to the parts of the core: decode, parse, drop what is held already, and check the signature
 * last, since it costs most. Only a checked signature makes a `VerifiedBlock`, a `VerifiedNotice` or a `VerifiedEphemeral`
 * (P3). One signature covers all blocks of a run.
 *  1. A link accepts nothing but `hello` first (G1).
 *  2. A turn ends once `partsPerTurn` parts are read, however fast signatures are checked. Each block of a run and each notice
 *     counts as a part. A turn begins with a tick or with a frame that finds nothing waiting, since each of them comes in a
 *     task of its own.
 *  3. A signature whose link has ended meanwhile reaches no part.
 */
export class FrameReader {
  readonly #options: FrameReaderOptions
  readonly #inbox: Inbox
  readonly #checks: SignatureChecks
  /** Parts that may still be read in this turn. */
  #left: number
  /** The first run of a fork's proof, while the second has not arrived. */
  readonly #halves = new Map<LinkId, readonly Block[]>()

  constructor(options: FrameReaderOptions) {
    this.#options = options
    this.#left = options.limits.partsPerTurn
    this.#inbox = new Inbox(options.limits, (frame) => options.codec.decodeFrame(frame))
    this.#checks = new SignatureChecks(this.#inbox, options.outbox)
  }

  /** Parts are left that can be read now. */
  get isBusy(): boolean {
    return this.#inbox.hasNext
  }

  open(link: LinkId): void {
    this.#inbox.open(link)
  }

  close(link: LinkId): void {
    this.#inbox.close(link)
    this.#halves.delete(link)
    this.#checks.close(link)
  }

  /** The link is down: it ends once its frames are read. */
  end(link: LinkId): void {
    this.#inbox.end(link)
  }

  /** False: the frame had no room. */
  add(link: LinkId, frame: WaitingFrame): boolean {
    if (!this.isBusy && this.#checks.isIdle) this.renewTurn()
    return this.#inbox.add(link, frame)
  }

  /** A task of its own has begun. */
  renewTurn(): void {
    this.#left = this.#options.limits.partsPerTurn
  }

  /** Reads what can be read now, up to the parts of one turn. */
  run(now: number): void {
    while (this.#left > 0) {
      const next = this.#inbox.next()
      if (!next) return
      const { link, part, frame, begins } = next
      this.#left -= sizeOf(part)
      if (frame && begins) this.#options.outbox.add({ type: 'read', link, frame: frame.frame, envelope: begins })
      const neighbour = this.#options.links.on(link)
      if (neighbour && !neighbour.hasEnded) this.#read(neighbour, part, frame, now)
    }
  }

  /** A signature has been checked. */
  verified(ticket: Ticket, isValid: boolean, now: number): void {
    const check = this.#checks.take(ticket)
    if (!check) return
    const { links, replication } = this.#options
    const neighbour = links.on(check.link)
    if (!neighbour || neighbour.hasEnded) return undefined
    this.#inbox.checked(check.link)
    if (check.type === 'proof') return this.#proofChecked(neighbour, check.proof, isValid, now)
    if (!isValid) return links.strike(neighbour, 'bad-signature')
    if (check.type === 'notice') {
      return this.#options.awareness?.receive(neighbour, check.notice as VerifiedNotice, check.ageMs, now)
    }
    if (check.type === 'ephemeral') {
      const received = check.received as ReceivedEphemeral<VerifiedEphemeral>
      return replication.ephemerals.receive(neighbour, received, now)
    }
    const { run, carried, byPush } = check
    const blocks = carried.map(({ hops, heldMs, model }, index) => {
      return { block: run[index] as VerifiedBlock, hops, heldMs, model }
    })
    const strike = this.#options.intake.receiveRun(neighbour, { blocks, byPush }, now)
    if (strike) links.strike(neighbour, strike)
    return undefined
  }

  #read(neighbour: Neighbour, part: Part, frame: WaitingFrame | undefined, now: number): void {
    const { links, replication, outbox } = this.#options
    if (part.type === 'end') return outbox.noteEnd(neighbour)
    if (part.type === 'malformed') return links.strike(neighbour, 'malformed-frame')
    if (part.type === 'plain') return this.#readPlain(neighbour, part.envelope, frame, now)
    if (!neighbour.hasGreeted) return links.strike(neighbour, 'bad-hello') // G1
    switch (part.type) {
      case 'run':
        return this.#readRun(neighbour, part.blocks, part.byPush, frame?.receivedAt, now)
      case 'answer-end':
        return replication.receiveAnswerEnd(neighbour, part.more, now)
      case 'proof':
        return this.#readProof(neighbour, part.one, part.other, now)
      case 'notices':
        for (const carried of part.notices) this.#readNotice(neighbour, part.of, carried, now)
        return undefined
      case 'ephemeral':
        return this.#readEphemeral(neighbour, part, now)
    }
  }

  #readPlain(neighbour: Neighbour, envelope: PlainEnvelope, frame: WaitingFrame | undefined, now: number): void {
    const { links, intake, replication, awareness, directs, outbox } = this.#options
    if (!links.admits(neighbour, envelope)) return undefined
    switch (envelope.type) {
      case 'bye':
        return outbox.cut(neighbour, 'said-bye')
      case 'hello':
        links.greet(neighbour)
        awareness?.greeted(neighbour, envelope.epoch, envelope.digest, now)
        directs.greeted(neighbour)
        return replication.greeted(neighbour, envelope, now)
      case 'heartbeat': {
        const arrival = frame && { waitedMs: now - frame.at, lateMs: frame.lateMs }
        if (neighbour.receiveHeartbeat(envelope, arrival, now)) {
          outbox.report(neighbour)
          awareness?.measured(neighbour, now)
        }
        return replication.compare(neighbour, envelope, now)
      }
      case 'ihave':
        return intake.receiveIhave(neighbour, envelope.heads, now)
      case 'iwant':
        return replication.receiveIwant(neighbour, envelope.wants, envelope.graft, now)
      case 'prune':
        return replication.receivePrune(neighbour, envelope.log)
      case 'graft':
        return replication.ephemerals.receiveGraft(neighbour, envelope.log)
      case 'direct':
        if (directs.receive(neighbour, envelope)) links.strike(neighbour, 'malformed-direct')
        return undefined
      case 'received':
        return directs.receiveConfirmation(neighbour, envelope, now)
      case 'summary':
        return intake.receiveSummary(neighbour, envelope, now)
      case 'frontier':
        return intake.receiveFrontier(neighbour, envelope, now)
    }
  }

  #readRun(
    neighbour: Neighbour,
    carried: readonly CarriedBlock[],
    byPush: boolean,
    receivedAt: number | undefined,
    now: number,
  ): void {
    const { links, intake, replication, codec, limits } = this.#options
    const { link } = neighbour.identity
    const run = parseRun(codec, limits, carried, receivedAt)
    if (!run) return links.strike(neighbour, 'malformed-block')
    const isHeld = (block: Block): boolean =>
      replication.ledger.held(block.log, block.height)?.block.hash === block.hash
    if (!run.every(isHeld)) return this.#checkRun(run, { type: 'run', link, run, carried, byPush })
    for (const block of run) {
      intake.receiveCopy(neighbour, { log: block.log, height: block.height }, byPush, now)
    }
  }

  #readProof(
    neighbour: Neighbour,
    first: readonly CarriedBlock[],
    second: readonly CarriedBlock[] | undefined,
    now: number,
  ): void {
    const { links, codec, limits } = this.#options
    const { link } = neighbour.identity
    const [one, other] = [parseRun(codec, limits, first), second && parseRun(codec, limits, second)]
    if (!one || (second && !other)) return links.strike(neighbour, 'bad-proof')
    if (other) return this.#checkProof(neighbour, one, other, now)
    const half = this.#halves.get(link)
    this.#halves.delete(link)
    if (half && isFork(half, one)) this.#checkProof(neighbour, half, one, now)
    // If the second run of an earlier proof was lost, its first one is replaced.
    else this.#halves.set(link, one)
  }

  #checkProof(neighbour: Neighbour, one: readonly Block[], other: readonly Block[], now: number): void {
    if (!isFork(one, other)) return this.#options.links.strike(neighbour, 'bad-proof')
    if (this.#options.intake.knowsFork(neighbour, one, now)) return
    const { link } = neighbour.identity
    const proof: Proof = { one, other, checks: 2, isValid: true }
    for (const run of [one, other]) this.#checkRun(run, { type: 'proof', link, proof })
  }

  #proofChecked(neighbour: Neighbour, proof: Proof, isValid: boolean, now: number): void {
    proof.isValid &&= isValid
    proof.checks -= 1
    if (proof.checks > 0) return
    const [one, other] = [proof.one, proof.other] as unknown as [BlockRun, BlockRun]
    if (proof.isValid) this.#options.intake.receiveFork(neighbour, { one, other }, now)
    else this.#options.links.strike(neighbour, 'bad-proof')
  }

  #readNotice(neighbour: Neighbour, type: NoticeContent['type'], carried: CarriedNotice, now: number): void {
    const { links, awareness, codec } = this.#options
    const { link } = neighbour.identity
    // A strike of an earlier notice may have cut the link.
    if (!awareness || neighbour.hasEnded) return undefined
    const { ageMs } = carried
    const notice = codec.parseNotice(type, carried)
    if (!notice) return links.strike(neighbour, 'malformed-notice')
    const refusal = awareness.refusal(link, notice, ageMs, now)
    if (refusal) return awareness.noteRefused(neighbour, notice, refusal)
    const { bytes, signature } = notice.signed
    this.#checks.add(notice.content.author, noticeMessage(type, bytes), signature, {
      type: 'notice',
      link,
      notice,
      ageMs,
    })
  }

  #readEphemeral(neighbour: Neighbour, part: Extract<Part, { type: 'ephemeral' }>, now: number): void {
    const { links, replication, codec } = this.#options
    const message = codec.parseEphemeral(part.message)
    if (!message) return links.strike(neighbour, 'malformed-ephemeral')
    const received = { message, path: part.message.path, isBeside: part.isBeside }
    const refusal = replication.ephemerals.refusal(neighbour, received, now)
    if (refusal === 'bad-path') return links.strike(neighbour, refusal)
    if (refusal) return replication.ephemerals.noteRefused(neighbour, received, refusal, now)
    const { author, signed } = message
    const check = { type: 'ephemeral', link: neighbour.identity.link, received } as const
    return this.#checks.add(author, ephemeralMessage(signed.bytes), signed.signature, check)
  }

  /** The last block of a run is signed. */
  #checkRun(run: readonly Block[], check: Check): void {
    const last = run.at(-1)
    if (last?.signature) this.#checks.add(last.author, blockMessage(last.bytes), last.signature, check)
  }
}
