import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { Link } from '../../gossip/wire/link.ts'
import type { NodeEvents, WireEnvelope, WireSnapshot } from '../api/grapevine.ts'
import type { EventEmitter } from '../shared/event-emitter.ts'
import { WireFrame } from './wire-frame.ts'
import { WireTape } from './wire-tape.ts'

/** Records the envelopes of all links, and emits them to listeners. */
export class WireTap {
  readonly #emitter: EventEmitter<NodeEvents>
  readonly #wallClock: () => number
  readonly #tape = new WireTape()
  /** Shared by the records of one frame that goes to many neighbours, one directly after the other. */
  #latest: { readonly frame: Uint8Array; readonly recorded: WireFrame } | undefined

  constructor(emitter: EventEmitter<NodeEvents>, wallClock: () => number) {
    this.#emitter = emitter
    this.#wallClock = wallClock
  }

  snapshot(): WireSnapshot {
    return this.#tape.snapshot()
  }

  received(link: Link, type: string, frame: Uint8Array): void {
    this.#record(link, 'in', type, new WireFrame(frame))
  }

  /** A message that the link refused; its bytes are not available. */
  refused(link: Link, reason: string, bytes: number): void {
    this.#record(link, 'in', 'malformed-frame', { bytes, content: { reason } })
  }

  sent(link: Link, type: string, frame: Uint8Array): void {
    if (this.#latest?.frame !== frame) this.#latest = { frame, recorded: new WireFrame(frame) }
    this.#record(link, 'out', type, this.#latest.recorded)
  }

  #record(
    { name, peerId }: Link,
    direction: WireEnvelope['direction'],
    type: string,
    source: WireFrame | { readonly bytes: number; readonly content: JsonValue },
  ): void {
    const envelope: WireEnvelope = {
      id: this.#tape.next,
      peer: name,
      peerId,
      direction,
      type,
      bytes: source.bytes,
      time: this.#wallClock(),
      get content() {
        return source.content
      },
    }
    this.#tape.record(envelope, source instanceof WireFrame ? source : undefined)
    this.#emitter.emit('envelope', envelope)
  }
}
