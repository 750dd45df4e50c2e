import type { Block } from '../../gossip/wire/block.ts'
import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { CarriedBlock } from '../../gossip/wire/envelope.ts'
import { parseBlock } from '../../gossip/codec/signed-block.ts'
import { decodeFrame } from '../../gossip/codec/codec.ts'
import { malformedContent, type ReadBlock, wireContent, wireLimits } from './wire-content.ts'

/** A recorded frame, decoded once, at the first access. One frame may have gone to many neighbours. */
export class WireFrame {
  readonly bytes: number
  /** Number of envelopes on the tape that share this frame. */
  uses = 0
  #frame: Uint8Array
  #content: JsonValue | undefined

  constructor(frame: Uint8Array) {
    this.bytes = frame.length
    this.#frame = frame
  }

  get isWhole(): boolean {
    return this.#frame.length === this.bytes
  }

  get content(): JsonValue {
    this.#content ??= this.#read()
    return this.#content
  }

  /** Frees all but the first bytes. Content that was decoded before stays. */
  cut(): void {
    this.#frame = this.#frame.slice(0, wireLimits.bytes)
  }

  #read(): JsonValue {
    const envelope = this.isWhole ? decodeFrame(this.#frame) : undefined
    return envelope ? wireContent(envelope, createBlockReader()) : malformedContent(this.#frame, this.bytes)
  }
}

/** Parses each block once, although the content reads some of them twice. */
const createBlockReader = (): ReadBlock => {
  const parsed = new Map<CarriedBlock, Block | undefined>()
  return (carried) => {
    if (!parsed.has(carried)) parsed.set(carried, parseBlock(carried))
    return parsed.get(carried)
  }
}
