import { once } from 'node:events'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { registerAnswerSchema, signalAnswerSchema } from '../../../signal-server/shared/protocol.ts'
import { type FuzzFrame, FuzzFrames, type FuzzStream, probeId } from './fuzz-frames.ts'
import { createKey } from '../../machine/ed25519-key.ts'
import { startMeasuredServer } from '../running-server.ts'
import { RawClient } from '../raw-client.ts'
import { createAttemptId, introduce, openNode, signatureOf } from '../tab.ts'

const frameCount = 8_000
/** The number of hostile connections at a time. */
const lanes = 48
/** Fewer than the faults that one socket may make, so that every request of a burst is answered. */
const burst = 30
/** The numbers of handled frames at which the heap is measured. */
const measuredAt = [0.25, 0.5, 0.75, 1].map((part) => part * frameCount)
/**
 * Bytes by which the heap may grow in each of the three parts. Sometimes the engine recompiles code, up to a megabyte in one
 * part; a leak of 75 bytes for each frame, such as an entry of a map, shows in all parts.
 */
const growth = 150_000
/** The times that the honest pair is introduced meanwhile. */
const rounds = 20

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)

const answerSchema = v.tuple([v.union([registerAnswerSchema, signalAnswerSchema])])

/** A websocket whose requests are answered, unless the server cuts it. */
class HostileSocket extends RawClient {
  readonly #answered = new Map<number, (answer: string) => void>()
  readonly joined: Promise<string>

  constructor(port: number) {
    // Uses another address than the honest pair, which would otherwise share its rates.
    super(port, undefined, { 'X-Forwarded-For': '192.0.2.1' })
    let join = (_id: string): void => undefined
    this.joined = new Promise((resolve) => {
      join = resolve
    })
    this.socket.on('message', (data: Buffer) => {
      const frame = data.toString()
      if (frame.startsWith('40')) join(JSON.parse(frame.slice(2)).sid)
      const [, id, answer] = /^43(\d+)(.*)$/s.exec(frame) ?? []
      if (id === undefined || answer === undefined) return
      v.parse(answerSchema, JSON.parse(answer))
      this.#answered.get(Number(id))?.(answer)
    })
  }

  /** Resolves with whether the server admits it. */
  async open(): Promise<boolean> {
    return (await Promise.race([once(this.socket, 'open'), this.closed])) !== 'closed'
  }

  sendFrame(frame: FuzzFrame): void {
    // Data sent to a connection that is being cut is lost.
    if (this.socket.readyState !== WebSocket.OPEN) return
    if (typeof frame === 'string') this.socket.send(frame)
    else if ('text' in frame) this.socket.send(frame.text, { binary: false })
    else this.socket.send(frame.binary)
  }

  answer(id: number): Promise<string> {
    return new Promise((resolve) => this.#answered.set(id, resolve))
  }
}

class Fuzz {
  readonly #port: number
  readonly #frames: FuzzFrames
  readonly #key = createKey()
  #connections = 0
  #handled = 0
  #reached: { readonly count: number; readonly resolve: () => void } | undefined
  cuts = 0

  constructor(port: number, frames: FuzzFrames) {
    this.#port = port
    this.#frames = frames
  }

  /** The number of frames that the server has handled or for which it has cut the sender. */
  get handled(): number {
    return this.#handled
  }

  /** Resolves once this many frames have been handled. Only one caller at a time may wait. */
  reached(count: number): Promise<void> {
    return this.#handled >= count
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#reached = { count, resolve }
        })
  }

  /** Connects again and again until all lanes together have had this many frames handled. */
  async run(until: number, name: string): Promise<void> {
    while (this.#handled < until) {
      const socket = new HostileSocket(this.#port)
      try {
        if (!(await socket.open())) throw new Error('The server is not there any more')
        await this.#play(socket, this.#frames.stream((this.#connections += 1)), name)
      } finally {
        socket.socket.terminate()
        await socket.closed
      }
    }
  }

  async #play(socket: HostileSocket, stream: FuzzStream, name: string): Promise<void> {
    if (stream.below(20) > 0) {
      socket.sendFrame('40')
      const socketId = await socket.joined
      if (stream.below(3) === 0) await this.#register(socket, socketId, name)
      const count = stream.below(burst)
      const answers = Array.from({ length: count }, (_, id) => socket.answer(id))
      for (let id = 0; id < count; id += 1) socket.sendFrame(stream.request(id))
      const outcome = await Promise.race([Promise.all(answers), socket.closed])
      if (outcome === 'closed') throw new Error('A socket was cut for requests that deserve an answer')
      this.#handle(count)
    }
    // A request follows each frame. Either it is answered, or the frame was the last of the connection.
    for (let outcome = ''; outcome !== 'closed' && stream.below(8) > 0;) {
      const answer = socket.answer(probeId)
      socket.sendFrame(stream.frame())
      socket.sendFrame(stream.request(probeId))
      outcome = await Promise.race([answer, socket.closed])
      if (outcome === 'closed') this.cuts += 1
      this.#handle(outcome === 'closed' ? 1 : 2)
    }
  }

  #handle(count: number): void {
    this.#handled += count
    if (this.#reached && this.#handled >= this.#reached.count) this.#reached.resolve()
  }

  /** Registers the name of the lane and opens an attempt. */
  async #register(socket: HostileSocket, socketId: string, name: string): Promise<void> {
    const { peerId } = this.#key
    const signature = signatureOf(this.#key, socketId, 'main', name)
    await this.#request(socket, ['node:register', { net: 'main', name, peerId, upstreams: ['carol'], signature }])
    const data = { description: { type: 'offer', sdp: 'v=0\r\n', peerId, signature }, candidates: [] }
    await this.#request(socket, ['signal:send', { to: 'carol', attempt: createAttemptId(), seq: 0, data }])
  }

  #request(socket: HostileSocket, event: readonly unknown[]): Promise<unknown> {
    const answer = socket.answer(probeId)
    socket.sendFrame(`42${probeId}${JSON.stringify(event)}`)
    return Promise.race([answer, socket.closed])
  }
}

const laneNames = Array.from({ length: lanes }, (_, lane) => `mallory${lane}`)

it(`${frameCount} fuzzed frames leave the server as it was, and an honest pair undisturbed: FUZZ_SEED=${seed}`, async () => {
  const server = await startMeasuredServer({ TRUST_PROXY: 'loopback' })
  const fuzz = new Fuzz(server.port, new FuzzFrames(seed, laneNames))
  const runUntil = (count: number): Promise<unknown> => Promise.all(laneNames.map((name) => fuzz.run(count, name)))

  const alice = await openNode(server.port, 'alice')
  // The target of the hostile offers.
  await openNode(server.port, 'carol')
  const bobKey = createKey()
  let introductions = 0
  const introduceAgainAndAgain = async (): Promise<void> => {
    for (; introductions < rounds; introductions += 1) {
      await fuzz.reached((introductions * frameCount) / rounds)
      // Bob's tab reloads in every round.
      const bob = await openNode(server.port, 'bob', ['alice'], bobKey)
      await bob.upstreams.next()
      await introduce(bob, alice, 'bob', 'alice')
      bob.close()
    }
  }
  const measureHeaps = async (): Promise<number[]> => {
    const heaps: number[] = []
    for (const count of measuredAt) {
      await runUntil(count)
      // The next collection frees what finalizers release in this one.
      await server.ask('memory')
      heaps.push((await server.ask('memory')).heap)
    }
    return heaps
  }
  const [heaps] = await Promise.all([measureHeaps(), introduceAgainAndAgain()])
  expect(introductions).toBe(rounds)
  // The server neither cuts every socket nor accepts every frame.
  expect(fuzz.cuts).toBeGreaterThan(frameCount / 100)
  expect(fuzz.handled - fuzz.cuts).toBeGreaterThan(frameCount / 2)
  const growths = heaps.slice(1).map((heap, index) => heap - (heaps[index] ?? Number.NaN))
  expect(Math.min(...growths), growths.join(' ')).toBeLessThan(growth)
  expect(server.hasEnded).toBe(false)
}, 180_000)
