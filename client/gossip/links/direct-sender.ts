import type { GossipLimits } from '../bounds/limits.ts'
import type { Envelope } from '../wire/envelope.ts'

export type DirectPiece = Extract<Envelope, { type: 'direct' }>

export interface OutgoingDirect {
  readonly id: number
  readonly topic: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * The direct messages to one neighbour, one after the other in pieces (rules D).
 *  1. At most `directWindowBytes` are on their way that the neighbour has not confirmed.
 *  2. What is not confirmed in time is sent again from the first missing byte on.
 */
export class DirectSender {
  readonly #limits: GossipLimits
  /** The first one is being sent. */
  readonly #messages: OutgoingDirect[] = []
  /** The number of the first one. */
  #number = 1
  /** Bytes of the first message that the neighbour has. */
  #confirmed = 0
  /** Bytes of the first message that were sent. */
  #sent = 0
  #attempts = 0

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  /** Something is on its way that the neighbour has not confirmed. */
  get isWaiting(): boolean {
    return this.#sent > this.#confirmed
  }

  /** Milliseconds without a confirmation after which to send again: each time longer, until something is confirmed. */
  get patienceMs(): number {
    return this.#limits.directAgainMs * 2 ** Math.min(3, this.#attempts)
  }

  get messages(): readonly OutgoingDirect[] {
    return this.#messages
  }

  add(message: OutgoingDirect): void {
    this.#messages.push(message)
  }

  /** The pieces that may be sent now. */
  next(): readonly DirectPiece[] {
    const [message] = this.#messages
    if (!message) return []
    const { directWindowBytes, maxDirectPieceBytes } = this.#limits
    const { bytes, topic } = message
    const pieces: DirectPiece[] = []
    const end = Math.min(bytes.length, this.#confirmed + directWindowBytes)
    while (this.#sent < end) {
      const offset = this.#sent
      const piece = bytes.subarray(offset, Math.min(end, offset + maxDirectPieceBytes))
      pieces.push({
        type: 'direct',
        number: this.#number,
        total: bytes.length,
        offset,
        topic: offset === 0 ? topic : undefined,
        bytes: piece,
      })
      this.#sent += piece.length
    }
    return pieces
  }

  /** Gives the message that is done: the neighbour has it, or refuses it. */
  confirm(number: number, bytes: number, isRefused: boolean): OutgoingDirect | undefined {
    const [message] = this.#messages
    // A confirmation that was repeated.
    if (!message || number !== this.#number || (!isRefused && bytes <= this.#confirmed)) return undefined
    this.#attempts = 0
    this.#confirmed = Math.min(bytes, message.bytes.length)
    this.#sent = Math.max(this.#sent, this.#confirmed)
    if (this.#confirmed < message.bytes.length && !isRefused) return undefined
    this.#messages.shift()
    this.#number += 1
    this.#confirmed = this.#sent = 0
    return message
  }

  /** Nothing was confirmed for too long: all that is not confirmed is sent again. */
  repeat(): void {
    this.#attempts += 1
    this.#sent = this.#confirmed
  }
}
