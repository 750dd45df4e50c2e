import type { JsonValue } from '../gossip/entry.ts'
import type { Block } from '../gossip/block.ts'
import type { CarriedBlock, Envelope, ReceivedEnvelope } from '../gossip/envelope.ts'
import type { Link } from '../gossip/link.ts'
import type { NodeEvents, WireEnvelope } from '../grapevine.ts'
import { parseBlock } from './block-seal.ts'
import type { EventEmitter } from './event-emitter.ts'
import { malformedContent, type OpenBlock, wireContent } from './wire-content.ts'

/** Tells what passes on the links, as long as somebody listens; otherwise it costs one look per envelope. */
export class WireTap {
  readonly #emitter: EventEmitter<NodeEvents>
  readonly #wallClock: () => number
  /** The same push goes to many neighbours, one right after the other. */
  #latest: { readonly envelope: Envelope; readonly content: JsonValue } | undefined
  /** By their bytes: what came in mostly goes out again. */
  readonly #opened = new WeakMap<Uint8Array, Block>()

  constructor(emitter: EventEmitter<NodeEvents>, wallClock: () => number) {
    this.#emitter = emitter
    this.#wallClock = wallClock
  }

  /** `open` gives the blocks that the inbox is about to open, so that nothing is decoded twice. */
  received(link: Link, envelope: ReceivedEnvelope | undefined, frame: Uint8Array, open: OpenBlock): void {
    if (!this.#emitter.hasListeners('envelope')) return
    const type = envelope?.type ?? 'malformed-frame'
    const content = envelope ? wireContent(envelope, this.#remembering(open)) : malformedContent(frame)
    this.#emit(link, { direction: 'in', type, bytes: frame.length, content })
  }

  /** A message that is no frame at all; its bytes were not handed over. */
  refused(link: Link, reason: string, bytes: number): void {
    if (!this.#emitter.hasListeners('envelope')) return
    this.#emit(link, { direction: 'in', type: 'malformed-frame', bytes, content: { reason } })
  }

  sent(link: Link, envelope: Envelope, bytes: number): void {
    if (!this.#emitter.hasListeners('envelope')) {
      this.#latest = undefined
      return
    }
    if (this.#latest?.envelope !== envelope) {
      const content = wireContent(envelope, this.#remembering(open))
      this.#latest = { envelope, content }
    }
    this.#emit(link, { direction: 'out', type: envelope.type, bytes, content: this.#latest.content })
  }

  #remembering(open: OpenBlock): OpenBlock {
    return (carried) => {
      const block = this.#opened.get(carried.bytes) ?? open(carried)
      if (block) this.#opened.set(carried.bytes, block)
      return block
    }
  }

  #emit({ name, peerId }: Link, told: Pick<WireEnvelope, 'direction' | 'type' | 'bytes' | 'content'>): void {
    this.#emitter.emit('envelope', { peer: name, peerId, time: this.#wallClock(), ...told })
  }
}

const open = ({ bytes, signature }: CarriedBlock): Block | undefined => parseBlock(bytes, signature)
