import { type Verify, parseBlock, verifyBlock } from './block-seal.ts'
import { decodeFrame } from './frame-codec.ts'
import { blockId } from '../gossip/block.ts'
import type { Envelope } from '../gossip/envelope.ts'
import type { LinkId } from '../gossip/link.ts'
import type { GossipEvent, PlainEnvelope } from '../gossip/node.ts'

export const inboxLimits = {
  /** Frames of one link that wait for the signature before them; a stalled tab finds this many when it wakes. */
  frames: 16_384,
  /** Bytes of these frames: four send windows of the other side. */
  bytes: 4_194_304,
}

export interface LinkInboxOptions {
  readonly link: LinkId
  readonly verify: Verify
  readonly limits: typeof inboxLimits
  hasSeen(id: string): boolean
  emit(event: GossipEvent): void
}

/**
 * One link's frames, one after the other though verifying takes time: decode, parse, seen already?, and the signature
 * last, since it costs most. Every link has its own inbox, so a flood on one delays no other's frames.
 */
export class LinkInbox {
  readonly #options: LinkInboxOptions
  #frames: Uint8Array<ArrayBuffer>[] = []
  #bytes = 0
  #isReading = false
  #isClosed = false
  #finished: (() => void) | undefined

  constructor(options: LinkInboxOptions) {
    this.#options = options
  }

  /** False: the inbox is full, and the frame is dropped. */
  add(frame: Uint8Array<ArrayBuffer>): boolean {
    const { limits } = this.#options
    if (this.#frames.length >= limits.frames || this.#bytes + frame.length > limits.bytes) return false
    this.#frames.push(frame)
    this.#bytes += frame.length
    if (!this.#isReading) void this.#read()
    return true
  }

  /** Nothing more comes: calls `done` once what waits has been read, at once if nothing does. */
  finish(done: () => void): void {
    if (this.#isReading) this.#finished = done
    else done()
  }

  /** Forgets what waits. */
  close(): void {
    this.#isClosed = true
    this.#frames = []
    this.#finished = undefined
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      await this.#readAll()
    } finally {
      this.#isReading = false
      const done = this.#finished
      this.#finished = undefined
      done?.()
    }
  }

  async #readAll(): Promise<void> {
    while (this.#frames.length > 0) {
      const frames = this.#frames
      this.#frames = []
      for (const frame of frames) {
        if (this.#isClosed) return
        this.#bytes -= frame.length
        const envelope = decodeFrame(frame)
        if (envelope?.type === 'push') await this.#readPush(envelope)
        else this.#emitEnvelope(envelope)
      }
    }
  }

  #emitEnvelope(envelope: PlainEnvelope | undefined): void {
    const { link } = this.#options
    this.#options.emit(
      envelope ? { type: 'envelope', link, envelope } : { type: 'invalid', link, reason: 'malformed-frame' },
    )
  }

  async #readPush(envelope: Extract<Envelope, { type: 'push' }>): Promise<void> {
    const { link, verify } = this.#options
    const block = parseBlock(envelope.block, envelope.signature)
    if (!block) return this.#options.emit({ type: 'invalid', link, reason: 'malformed-block' })
    if (this.#options.hasSeen(blockId(block))) return this.#options.emit({ type: 'duplicate', link })
    const verified = await verifyBlock(verify, block)
    if (this.#isClosed) return undefined
    return this.#options.emit(
      verified
        ? { type: 'push', link, block: verified, path: envelope.path }
        : { type: 'invalid', link, reason: 'bad-signature' },
    )
  }
}
