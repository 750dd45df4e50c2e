import type { Socket } from 'node:net'
import { FrameScanner } from './frame-scanner.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

type GateLimits = Pick<
  SignallingLimits,
  | 'unregisteredBytesPerSocket'
  | 'bytesPerSocket'
  | 'framesPerSocket'
  | 'bytesPerTurn'
  | 'framesPerTurn'
  | 'floodGraceMs'
  | 'heldBackSockets'
>

type Parser = (this: Socket, chunk: Buffer) => void

/** Milliseconds until a socket that is held back may send some more. */
const heldBackMs = 100

/** What all gates of one server share. */
export interface GateOptions {
  readonly limits: GateLimits
  /** Milliseconds, never backwards. */
  readonly now: () => number
  /** The gates that hold back a sender now. */
  readonly holding: Set<FrameGate>
  /** A socket sends more than it may, and is held back. Called again only after the socket has kept its rate for a while. */
  readonly onHeldBack: () => void
}

/**
 * Stands between the TCP connection of one websocket and the websocket's parser.
 *
 * 1. The parser gets no byte and no frame above the rate; pings, pongs and fragments count.
 * 2. While the gate holds bytes it does not read the connection, so that TCP slows the sender down.
 * 3. A sender that stays above its rate for `floodGraceMs`, or is one too many of them, is reported to `onFlood`.
 *    Nothing more of that sender is parsed.
 * 4. In one turn of the event loop the parser gets one small piece, so that many senders can't keep the others waiting.
 */
export class FrameGate {
  onFlood: () => void
  readonly #stream: Socket
  readonly #options: GateOptions
  #bytes: TokenBucket
  readonly #frames: TokenBucket
  readonly #scanner = new FrameScanner()
  readonly #parsers: readonly Parser[]
  #held: Buffer | undefined
  #state: 'open' | 'discarding' | 'ended' = 'open'
  /** When the gate began to hold back the sender. */
  #overSince = 0
  /** When the sender has kept its rate for so long that the next excess is a new one; never while it is held back. */
  #calmAt = 0

  /** Takes the place of whoever listens for the stream's data. */
  constructor(stream: Socket, options: GateOptions) {
    this.#stream = stream
    this.#options = options
    this.#bytes = new TokenBucket(options.limits.unregisteredBytesPerSocket, options.now)
    this.#frames = new TokenBucket(options.limits.framesPerSocket, options.now)
    this.#parsers = stream.listeners('data') as Parser[]
    stream.removeAllListeners('data')
    stream.on('data', (chunk: Buffer) => this.receive(chunk))
    this.onFlood = () => stream.destroy()
  }

  /** The socket is a node's from now on: it may send as much as one. */
  registered(): void {
    this.#bytes = new TokenBucket(this.#options.limits.bytesPerSocket, this.#options.now)
  }

  receive(chunk: Buffer): void {
    if (this.#state === 'ended') {
      this.#stream.pause()
    } else if (this.#held) {
      // A parser that has failed resumes the stream, whatever the gate holds.
      this.#stream.pause()
      this.#held = Buffer.concat([this.#held, chunk])
    } else {
      this.#pass(chunk)
    }
  }

  #pass(bytes: Buffer): void {
    const { limits } = this.#options
    const end = Math.min(bytes.length, limits.bytesPerTurn, this.#bytes.available())
    const passed = this.#scanner.walk(bytes, end, Math.min(limits.framesPerTurn, this.#frames.available()))
    this.#bytes.consume(passed.end)
    this.#frames.consume(passed.frames)
    if (passed.end > 0) this.#parse(bytes.subarray(0, passed.end))

    if (passed.end === bytes.length) return this.#release()
    this.#held = bytes.subarray(passed.end)
    this.#stream.pause()
    if (passed.end > 0) setImmediate(() => this.#continue())
    else this.#holdBack()
  }

  #continue(): void {
    if (this.#held && !this.#stream.destroyed) this.#pass(this.#held)
    else this.#release()
  }

  #parse(piece: Buffer): void {
    if (this.#state !== 'open') return
    const wasPaused = this.#stream.isPaused()
    for (const parse of this.#parsers) parse.call(this.#stream, piece)
    // A piece is below the parser's high-water mark, so a pause means that the parser has failed or has seen the end.
    if (wasPaused || !this.#stream.isPaused()) return
    this.#state = 'discarding'
    this.#stream.resume()
  }

  #holdBack(): void {
    const { now, limits, holding, onHeldBack } = this.#options
    holding.add(this)
    if (now() >= this.#calmAt) {
      this.#overSince = now()
      onHeldBack()
    }
    this.#calmAt = Infinity
    const isFlood = now() - this.#overSince >= limits.floodGraceMs || holding.size > limits.heldBackSockets
    if (isFlood) this.#end()
    else setTimeout(() => this.#continue(), heldBackMs).unref()
  }

  #release(): void {
    if (!this.#held) return
    const { now, limits, holding } = this.#options
    this.#held = undefined
    if (holding.delete(this)) this.#calmAt = now() + limits.floodGraceMs
    this.#stream.resume()
  }

  #end(): void {
    this.#held = undefined
    this.#options.holding.delete(this)
    this.#state = 'ended'
    this.onFlood()
  }
}
