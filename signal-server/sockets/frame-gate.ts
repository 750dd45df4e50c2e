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

/** Milliseconds until the gate reads a held-back socket again. */
const heldBackMs = 100

/** Shared by all gates of one server. */
export interface GateOptions {
  readonly limits: GateLimits
  /** Milliseconds, never backwards. */
  readonly now: () => number
  /** Gates that hold back their sender now. */
  readonly holding: Set<FrameGate>
  /** A socket exceeds its rate and is held back. Called again only after the socket has kept its rate for a while. */
  readonly onHeldBack: () => void
}

/**
 * Stands between the TCP connection of one websocket and the websocket's parser.
 *
 * 1. The parser gets no byte and no frame above the rate; pings, pongs and fragments count.
 * 2. While the gate holds bytes it does not read the connection, so that TCP slows the sender down.
 * 3. A sender that stays above its rate for `floodGraceMs`, or that exceeds `heldBackSockets`, is reported to `onFlood`.
 *    None of its further bytes are parsed.
 * 4. The parser gets one small piece in a turn of the event loop, so that many senders can't block the others.
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
  /** From when on an excess counts as a new one: the sender has kept its rate for a while. Infinity while it is held back. */
  #calmAt = 0

  /** Replaces the listeners for the stream's data, and passes data on to them. */
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

  /** The socket belongs to a registered node from now on, and gets the higher rate. */
  registered(): void {
    this.#bytes = new TokenBucket(this.#options.limits.bytesPerSocket, this.#options.now)
  }

  receive(chunk: Buffer): void {
    if (this.#state === 'ended') {
      this.#stream.pause()
    } else if (this.#held) {
      // A parser that has failed resumes the stream, though the gate still holds bytes.
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
