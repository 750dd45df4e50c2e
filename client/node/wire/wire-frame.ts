import type { Block } from '../../gossip/wire/block.ts'
import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { CarriedBlock } from '../../gossip/wire/envelope.ts'
import { parseBlock } from '../codec/signed-block.ts'
import { decodeFrame } from '../codec/frame-codec.ts'
import { malformedContent, type OpenBlock, wireContent, wireLimits } from './wire-content.ts'

/** A frame that passed, decoded when somebody looks, and once. The same one may have gone to many neighbours. */
export class WireFrame {
  readonly bytes: number
  /** Envelopes on the tape that it is of. */
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

  /** Gives its bytes free, but for how it begins. What was decoded stays. */
  cut(): void {
    this.#frame = this.#frame.slice(0, wireLimits.bytes)
  }

  #read(): JsonValue {
    const envelope = this.isWhole ? decodeFrame(this.#frame) : undefined
    return envelope ? wireContent(envelope, createOpen()) : malformedContent(this.#frame, this.bytes)
  }
}

/** Opens each block once, though the view of many looks at some of them twice. */
const createOpen = (): OpenBlock => {
  const opened = new Map<CarriedBlock, Block | undefined>()
  return (carried) => {
    if (!opened.has(carried)) opened.set(carried, parseBlock(carried.bytes, carried.signature))
    return opened.get(carried)
  }
}
