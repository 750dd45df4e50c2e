import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

type Parser = (this: Socket, chunk: Buffer) => void

const lineFeed = 10
const carriageReturn = 13

/** Where the first empty line ends; it ends the headers of a request. Undefined if there is none. */
const endOfEmptyLine = (bytes: Buffer): number | undefined => {
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return at + 2
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return at + 3
  }
  return undefined
}

/** Bytes at the end of a piece that may be the start of an empty line. */
const emptyLineBytes = 2

const noBytes = Buffer.alloc(0)

/** Bytes of requests that a client may send before it has the answer to the last request: more than any headers have. */
const maxBytesAhead = 32_768

/** Requests of one client that are parsed in one turn of the event loop: each may cause half a megabyte to be copied. */
const requestsPerTurn = 4

/**
 * Schedules requests: in each turn of the event loop a few of every client, so that a client with many connections does not
 * block the others.
 */
export class RequestTurns {
  readonly #waiting = new Map<string, Set<RequestGate>>()
  #isPlanned = false

  /** The connections of one `client` share its turns. */
  wait(client: string, gate: RequestGate): void {
    const gates = this.#waiting.get(client) ?? new Set()
    this.#waiting.set(client, gates.add(gate))
    this.#plan()
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      for (const [client, gates] of this.#waiting) this.#run(client, gates)
      if (this.#waiting.size > 0) this.#plan()
    })
  }

  #run(client: string, gates: Set<RequestGate>): void {
    let passed = 0
    for (const gate of gates) {
      if (passed === requestsPerTurn) return
      passed += 1
      gates.delete(gate)
      gate.pass()
    }
    this.#waiting.delete(client)
  }
}

/**
 * Stands between the TCP connection of an http client and Node's parser. The parser reads all requests of a chunk before it
 * handles one: a client that sends requests and reads nothing would make the server hold a thousand answers for each chunk.
 *
 * 1. The parser gets the next request once the answer to the last request is sent or lost.
 * 2. While the gate holds bytes it does not read the connection, so that TCP slows the client down.
 * 3. It waits for its turn (`RequestTurns`).
 * 4. A client that sends more than `maxBytesAhead` while an answer is unsent is reported to `onTooFarAhead`.
 *
 * No browser and no common proxy sends a request before it has the answer to the last request.
 */
export class RequestGate {
  readonly #stream: Socket
  readonly #client: string
  readonly #turns: RequestTurns
  readonly #onTooFarAhead: () => void
  readonly #parsers: readonly Parser[]
  readonly #listener = (chunk: Buffer): void => this.#receive(chunk)
  #held: Buffer | undefined
  /** The last bytes that the parser got: they may contain the start of an empty line. */
  #passed: Buffer = noBytes
  #openAnswers = 0

  /** Replaces the listeners for the stream's data, and passes data on to them. `client`: see `RequestTurns`. */
  constructor(stream: Socket, client: string, turns: RequestTurns, onTooFarAhead: () => void) {
    this.#stream = stream
    this.#onTooFarAhead = onTooFarAhead
    this.#client = client
    this.#turns = turns
    this.#parsers = stream.listeners('data') as Parser[]
    stream.removeAllListeners('data')
    stream.on('data', this.#listener)
  }

  /** A request was parsed; `response` is its answer. */
  opened(response: ServerResponse): void {
    this.#openAnswers += 1
    response.once('close', () => {
      this.#openAnswers -= 1
      this.#wait()
    })
  }

  /** The connection is no longer http: further bytes are for the next listener. */
  release(): void {
    this.#stream.off('data', this.#listener)
    const held = this.#held
    this.#held = undefined
    if (!held) return
    this.#stream.unshift(held)
    this.#stream.resume()
  }

  /** Gives the parser one request, if there is one and the last one is answered. */
  pass(): void {
    const held = this.#held
    if (!held || this.#openAnswers > 0 || this.#stream.destroyed) return
    const seen = this.#passed.length === 0 ? held : Buffer.concat([this.#passed, held])
    const emptyLine = endOfEmptyLine(seen)
    this.#passed = emptyLine === undefined ? seen.subarray(-emptyLineBytes) : noBytes
    const end = (emptyLine ?? seen.length) - (seen.length - held.length)
    this.#held = end < held.length ? held.subarray(end) : undefined
    for (const parse of this.#parsers) parse.call(this.#stream, held.subarray(0, end))
    if (this.#held) this.#wait()
    else if (this.#stream.isPaused()) this.#stream.resume()
  }

  #receive(chunk: Buffer): void {
    this.#held = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    this.#stream.pause()
    this.#wait()
  }

  #wait(): void {
    if (!this.#held) return
    if (this.#openAnswers === 0) this.#turns.wait(this.#client, this)
    else if (this.#held.length > maxBytesAhead) this.#onTooFarAhead()
  }
}
