import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { Link } from '../../gossip/wire/link.ts'
import type { NodeEvents, WireEnvelope, WireSnapshot, WireTotal } from '../api/grapevine.ts'
import type { EventEmitter } from '../shared/event-emitter.ts'
import { WireFrame } from './wire-frame.ts'
import { WireTape } from './wire-tape.ts'

type Neighbour = Pick<Link, 'name' | 'peerId'>

/** Records the envelopes of all links. `time`: milliseconds since 1970; now by default. */
export interface WireRecord {
  received(link: Neighbour, type: string, frame: Uint8Array, time?: number): void
  /** A message that the link refused; its bytes are not available. */
  refused(link: Neighbour, reason: string, bytes: number, time?: number): void
  sent(link: Neighbour, type: string, frame: Uint8Array, time?: number): void
}

/** Keeps the latest envelopes, and emits them to listeners. */
export class WireTap implements WireRecord {
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

  received(link: Neighbour, type: string, frame: Uint8Array, time?: number): void {
    this.#record(link, 'in', type, new WireFrame(frame), time)
  }

  refused(link: Neighbour, reason: string, bytes: number, time?: number): void {
    this.#record(link, 'in', 'malformed-frame', { bytes, content: { reason } }, time)
  }

  sent(link: Neighbour, type: string, frame: Uint8Array, time?: number): void {
    if (this.#latest?.frame !== frame) this.#latest = { frame, recorded: new WireFrame(frame) }
    this.#record(link, 'out', type, this.#latest.recorded, time)
  }

  /** Adds envelopes to the totals that are not recorded. */
  count(type: string, added: WireTotal): void {
    this.#tape.count(type, added)
  }

  #record(
    { name, peerId }: Neighbour,
    direction: WireEnvelope['direction'],
    type: string,
    source: WireFrame | { readonly bytes: number; readonly content: JsonValue },
    time = this.#wallClock(),
  ): void {
    const envelope: WireEnvelope = {
      id: this.#tape.next,
      peer: name,
      peerId,
      direction,
      type,
      bytes: source.bytes,
      time,
      get content() {
        return source.content
      },
    }
    this.#tape.record(envelope, source instanceof WireFrame ? source : undefined)
    this.#emitter.emit('envelope', envelope)
  }
}
