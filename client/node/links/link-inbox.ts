import { parseBlock, verifyBlock } from '../codec/signed-block.ts'
import { decodeFrame } from '../codec/frame-codec.ts'
import { type NoticeEnvelope, type NoticeRefusal, readNotices } from './notice-inbox.ts'
import { type Block, type LogId, logIdOf, type VerifiedBlock } from '../../gossip/wire/block.ts'
import type { CarriedBlock, Envelope, ReceivedEnvelope } from '../../gossip/wire/envelope.ts'
import type { LinkId } from '../../gossip/wire/link.ts'
import type { GossipEvent, PlainEnvelope } from '../../gossip/gossip-event.ts'
import type { ReadBlock } from '../wire/wire-content.ts'
import type { Verify } from '../shared/signatures.ts'

export const inboxLimits = {
  /** Frames of one link that wait while a signature is verified. A tab that stalled finds as many when it runs again. */
  frames: 16_384,
  /** Bytes of these frames: four send windows of the other side. */
  bytes: 4_194_304,
  /** Frames and blocks of one link that are read before the other links get a turn: some milliseconds of work. */
  perTurn: 16,
}

export interface LinkInboxOptions {
  readonly link: LinkId
  readonly verify: Verify
  readonly limits: typeof inboxLimits
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  /** Milliseconds, the core's `now`. */
  readonly now: () => number
  holds(log: LogId, height: number, hash: string): boolean
  readonly noticeRefusal: NoticeRefusal
  emit(event: GossipEvent): void
  /** Resolves in a later task, after everything that is due now. */
  breathe(): Promise<void>
  /** Called with every frame as it is read; `envelope` is undefined if the frame is malformed. */
  decoded?(envelope: ReceivedEnvelope | undefined, frame: Uint8Array): void
}

interface WaitingFrame {
  readonly frame: Uint8Array<ArrayBuffer>
  /** When it arrived, and by how much this tab ran late then. */
  readonly at: number
  readonly lateMs: number
}

/**
 * Reads the frames of one link, strictly in order, although verifying takes time: decode, parse, drop what is held already,
 * and verify the signature last, since it costs most. Every link has its own inbox, verifies one block at a time, and
 * yields to the other links after `perTurn` frames and blocks. So a flood on one link delays the others by one turn.
 */
export class LinkInbox {
  readonly #options: LinkInboxOptions
  readonly #parsed = new WeakMap<CarriedBlock, Block>()
  #frames: WaitingFrame[] = []
  #bytes = 0
  #isReading = false
  #leftInTurn: number
  /** The first block of a fork's proof, while the second has not arrived. */
  #half: CarriedBlock | undefined
  #isClosed = false
  #onFinished: (() => void) | undefined

  constructor(options: LinkInboxOptions) {
    this.#options = options
    this.#leftInTurn = options.limits.perTurn
  }

  /** `lateMs`: by how much this tab runs late. Returns false if the inbox is full: the frame is dropped. */
  add(frame: Uint8Array<ArrayBuffer>, lateMs = 0): boolean {
    const { limits, now } = this.#options
    if (this.#frames.length >= limits.frames || this.#bytes + frame.length > limits.bytes) return false
    this.#frames.push({ frame, at: now(), lateMs })
    this.#bytes += frame.length
    if (!this.#isReading) void this.#read()
    return true
  }

  /** No more frames will arrive. Calls `done` once all waiting frames are read. */
  finish(done: () => void): void {
    if (this.#isReading) this.#onFinished = done
    else done()
  }

  /** Drops the waiting frames. */
  close(): void {
    this.#isClosed = true
    this.#frames = []
    this.#onFinished = undefined
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      await this.#readAll()
    } finally {
      this.#isReading = false
      const done = this.#onFinished
      this.#onFinished = undefined
      done?.()
    }
  }

  async #readAll(): Promise<void> {
    while (this.#frames.length > 0) {
      const frames = this.#frames
      this.#frames = []
      for (const waiting of frames) {
        if (this.#leftInTurn <= 0) await this.#yieldToOthers()
        if (this.#isClosed) return
        this.#leftInTurn -= 1
        this.#bytes -= waiting.frame.length
        await this.#readFrame(waiting)
      }
    }
  }

  async #yieldToOthers(): Promise<void> {
    await this.#options.breathe()
    this.#leftInTurn = this.#options.limits.perTurn
  }

  async #readFrame(waiting: WaitingFrame): Promise<void> {
    const { frame } = waiting
    const envelope = decodeFrame(frame)
    this.#options.decoded?.(envelope, frame)
    switch (envelope?.type) {
      case 'push':
      case 'blocks':
        return this.#readBlocks(envelope)
      case 'fork':
        return this.#readFork(envelope)
      case 'announce':
      case 'ask':
      case 'receipts':
        return this.#readNotices(envelope)
      default:
        return this.#emitPlain(envelope, waiting)
    }
  }

  readonly #parseBlock: ReadBlock = (carried) => {
    const block = this.#parsed.get(carried) ?? parseBlock(carried.bytes, carried.signature, this.#options.wallClock())
    if (block) this.#parsed.set(carried, block)
    return block
  }

  #emitPlain(envelope: PlainEnvelope | undefined, { at, lateMs }: WaitingFrame): void {
    const { link, now } = this.#options
    const arrival = { waitedMs: now() - at, lateMs }
    this.#options.emit(
      envelope ? { type: 'envelope', link, envelope, arrival } : { type: 'invalid', link, reason: 'malformed-frame' },
    )
  }

  async #readNotices(envelope: NoticeEnvelope): Promise<void> {
    const { link, verify, noticeRefusal } = this.#options
    this.#leftInTurn -= envelope.notices.length
    const events = await readNotices(link, envelope, verify, noticeRefusal)
    for (const event of events) if (!this.#isClosed) this.#options.emit(event)
  }

  async #readBlocks(envelope: Extract<Envelope, { type: 'push' | 'blocks' }>): Promise<void> {
    const { link } = this.#options
    const byPush = envelope.type === 'push'
    for (const carried of envelope.blocks) {
      if (this.#leftInTurn <= 0) await this.#yieldToOthers()
      this.#leftInTurn -= 1
      const event = await this.#readBlock(carried, byPush)
      if (this.#isClosed) return
      this.#options.emit(event)
    }
    if (envelope.type === 'blocks') this.#options.emit({ type: 'answer-end', link, more: envelope.more })
  }

  async #readBlock(carried: CarriedBlock, byPush: boolean): Promise<GossipEvent> {
    const { link, verify } = this.#options
    const block = this.#parseBlock(carried)
    if (!block) return { type: 'invalid', link, reason: 'malformed-block' }
    const log = logIdOf(block)
    const { height } = block
    if (this.#options.holds(log, height, block.hash)) return { type: 'copy', link, log, height, byPush }
    const verified = await verifyBlock(verify, block)
    if (!verified) return { type: 'invalid', link, reason: 'bad-signature' }
    const { hops, heldMs, model } = carried
    return { type: 'block', link, received: { block: verified, hops, heldMs, model, byPush } }
  }

  async #readFork({ one, other }: Extract<Envelope, { type: 'fork' }>): Promise<void> {
    if (other) return this.#readProof(one, other)
    const half = this.#half
    // If the second block of an earlier proof was lost, its first one is replaced.
    if (!half || !isPair(half, one)) this.#half = one
    else {
      this.#half = undefined
      await this.#readProof(half, one)
    }
  }

  async #readProof(first: CarriedBlock, second: CarriedBlock): Promise<void> {
    const { link, verify } = this.#options
    const verified = async (carried: CarriedBlock): Promise<VerifiedBlock | undefined> => {
      const block = this.#parseBlock(carried)
      return block && verifyBlock(verify, block)
    }
    const [one, other] = await Promise.all([verified(first), verified(second)])
    if (this.#isClosed) return
    this.#options.emit(
      one && other && isProof(one, other)
        ? { type: 'fork', link, proof: { one, other } }
        : { type: 'invalid', link, reason: 'bad-proof' },
    )
  }
}

const isPair = (one: CarriedBlock, other: CarriedBlock): boolean => {
  const [first, second] = [parseBlock(one.bytes, one.signature), parseBlock(other.bytes, other.signature)]
  return !!first && !!second && isProof(first, second)
}

const isProof = (one: Block, other: Block): boolean =>
  logIdOf(one) === logIdOf(other) && one.height === other.height && one.hash !== other.hash
