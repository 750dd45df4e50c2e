import type { GossipLimits } from '../bounds/limits.ts'
import type { DirectPiece } from './direct-sender.ts'

/** A message whose pieces are coming. */
interface IncomingDirect {
  readonly total: number
  readonly topic: string | undefined
  readonly pieces: Uint8Array<ArrayBuffer>[]
  bytes: number
  /** The bytes of the latest confirmation. */
  confirmed: number
}

interface ArrivedDirect {
  readonly topic: string | undefined
  /** The encoded body. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type DirectOutcome =
  | { readonly type: 'kept' }
  /** It has come before, or pieces before it are missing. */
  | { readonly type: 'unfitting' }
  /** It contradicts the pieces before. */
  | { readonly type: 'malformed' }
  | { readonly type: 'whole'; readonly message: ArrivedDirect }

/** The direct messages of one neighbour: of one of them the pieces come, in order, each after the one before is whole. */
export class DirectReceiver {
  readonly #limits: GossipLimits
  /** The number of the message whose pieces come. */
  #number = 1
  #message: IncomingDirect | undefined
  /** The message before, of which the confirmation may have been lost. */
  #before: { readonly bytes: number; readonly isRefused: boolean } | undefined

  constructor(limits: GossipLimits) {
    this.#limits = limits
  }

  /** Bytes of the unfinished message. */
  get bytes(): number {
    return this.#message?.bytes ?? 0
  }

  receive(piece: DirectPiece): DirectOutcome {
    if (piece.number !== this.#number || piece.offset !== this.bytes) return { type: 'unfitting' }
    const { total, topic, bytes } = piece
    this.#message ??= { total, topic, pieces: [], bytes: 0, confirmed: 0 }
    const message = this.#message
    if (total !== message.total) return { type: 'malformed' }
    message.pieces.push(bytes)
    message.bytes += bytes.length
    if (message.bytes < total) return { type: 'kept' }
    this.#end(false)
    return { type: 'whole', message: { topic: message.topic, bytes: joined(message) } }
  }

  /** Forgets the unfinished message, and gives its number. */
  refuse(): number {
    const number = this.#number
    this.#end(true)
    return number
  }

  /** What the neighbour is to know after this piece; nothing if it can wait. */
  confirmation(piece: DirectPiece): { readonly bytes: number; readonly isRefused: boolean } | undefined {
    if (piece.number === this.#number - 1) return this.#before
    const message = this.#message
    if (!message || piece.number !== this.#number) return undefined
    const isCopy = piece.offset + piece.bytes.length < message.bytes
    if (!isCopy && message.bytes - message.confirmed < this.#limits.directConfirmBytes) return undefined
    message.confirmed = message.bytes
    return { bytes: message.bytes, isRefused: false }
  }

  #end(isRefused: boolean): void {
    this.#before = { bytes: this.#message?.total ?? 0, isRefused }
    this.#message = undefined
    this.#number += 1
  }
}

const joined = ({ total, pieces }: IncomingDirect): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(total)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
