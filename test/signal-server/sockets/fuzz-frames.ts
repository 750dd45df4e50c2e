import { jsonValue, sample } from 'fast-check'
import { type Random, createRandom, randomBelow } from '../../../client/node/faults/random.ts'

/** A text message, one of bytes that need not be UTF-8, or a binary one. */
export type FuzzFrame = string | { readonly text: Buffer } | { readonly binary: Buffer }

/** Ids of requests that the frames below do not use. */
export const probeId = 999_999

const strangeNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  '',
  'alice',
  'é',
  'a/b',
  'x'.repeat(33),
]
const strangeValues = [
  '1e999',
  '-0',
  '9007199254740993',
  `1${'0'.repeat(400)}`,
  '0.1e-400',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '"\\ud800"',
  '"\\u0000"',
  '{"__proto__":{"ok":true}}',
  '{"constructor":{"prototype":{"ok":true}}}',
  '{"_placeholder":true,"num":0}',
  '{"length":4294967295}',
  `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
  `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`,
  `"${'x'.repeat(9_000)}"`,
  `[${'0,'.repeat(2_000)}0]`,
]
const packetHeads = [
  '40',
  '40{}',
  '40{"token":"x"}',
  '40/admin,',
  '40/__proto__,{}',
  '41',
  '42',
  '42/admin,1',
  '43',
  '430',
  '43999999',
  '44',
  '44{"message":"x"}',
  '45',
  '451-',
  '451-1',
  '4599999999999999999999-',
  '45-1-',
  '450-',
  '46',
  '460-',
  '461-0',
  '47',
  '4',
  '',
  '0',
  '0{"sid":"x"}',
  '1',
  '2',
  '2probe',
  '3',
  '3probe',
  '5',
  '6',
  '7',
  'b',
  'bAAAA',
  'b====',
]

/**
 * The frames of a hostile socket, the same for the same seed and stream. `names`: the possible receivers of offers. A
 * seed has two thousand arbitrary JSON values; each stream chooses among them.
 */
export class FuzzFrames {
  readonly #seed: number
  readonly #names: readonly string[]
  readonly #json: readonly string[]
  readonly #attempts: readonly string[]

  constructor(seed: number, names: readonly string[]) {
    this.#seed = seed
    this.#names = names
    this.#json = sample(jsonValue({ maxDepth: 3 }), { seed, numRuns: 2_000 }).map((value) => JSON.stringify(value))
    this.#attempts = Array.from({ length: 32 }, (_, index) => `attempt${index}`.padEnd(22, '-'))
  }

  stream(id: number): FuzzStream {
    return new FuzzStream(createRandom(this.#seed, `fuzz ${id}`), this.#names, this.#json, this.#attempts)
  }
}

export class FuzzStream {
  readonly random: Random
  readonly #names: readonly string[]
  readonly #json: readonly string[]
  readonly #attempts: readonly string[]

  constructor(random: Random, names: readonly string[], json: readonly string[], attempts: readonly string[]) {
    this.random = random
    this.#names = names
    this.#json = json
    this.#attempts = attempts
  }

  below(end: number): number {
    return randomBelow(this.random, end)
  }

  /** A complete event of the protocol with an ack id. It is answered whatever its payload is. */
  request(id: number): string {
    const event = this.#chance(0.2) ? 'node:register' : 'signal:send'
    const payload = this.#chance(0.4)
      ? this.#value()
      : this.#spoil(event === 'signal:send' ? this.#signal() : this.#registration())
    return `42${id}["${event}",${payload}]`
  }

  /** Any frame that a websocket can carry. */
  frame(): FuzzFrame {
    const kind = this.below(10)
    if (kind < 3) return this.#mutate(this.request(this.below(1_000)))
    if (kind < 5) return `${this.#pick(packetHeads)}${this.#chance(0.5) ? this.#value() : ''}`
    if (kind < 6) return `42${this.#chance(0.5) ? this.below(99) : ''}${this.#event()}`
    if (kind < 7) return this.#chance(0.3) ? this.#sized() : this.#mutate(this.request(0))
    if (kind < 8) return { binary: this.#bytes() }
    if (kind < 9)
      return { text: Buffer.concat([Buffer.from(this.request(7)).subarray(0, this.below(60)), this.#bytes()]) }
    return this.#mutate(this.#pick(packetHeads))
  }

  #chance(share: number): boolean {
    return this.random() < share
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  #bytes(): Buffer {
    return Buffer.from(Array.from({ length: this.below(40) }, () => this.below(256)))
  }

  /** JSON text. */
  #value(): string {
    return this.#chance(0.06) ? this.#pick(strangeValues) : this.#pick(this.#json)
  }

  #event(): string {
    const name = this.#pick([
      '"disconnect"',
      '"error"',
      '"newListener"',
      '"__proto__"',
      '7',
      'null',
      '"signal:receive"',
    ])
    return `[${this.#chance(0.7) ? name : this.#value()}${`,${this.#value()}`.repeat(this.below(4))}]`
  }

  /** About as long as the longest permitted message. */
  #sized(): string {
    const size = this.#chance(0.8) ? 32_700 + this.below(140) : 33_000 + this.below(9_000)
    return `421["signal:send","${'x'.repeat(size)}"]`
  }

  #name(): string {
    return this.#chance(0.1) ? this.#pick(strangeNames) : this.#pick(this.#names)
  }

  #registration(): Record<string, unknown> {
    const [peerId, signature] = [`B${'A'.repeat(42)}`, 'A'.repeat(86)]
    return { net: 'main', name: this.#name(), peerId, upstreams: [this.#name()], signature }
  }

  #signal(): Record<string, unknown> {
    const type = this.#pick(['offer', 'answer', 'refusal', 'rollback'])
    const description =
      type === 'refusal'
        ? { type, reason: this.#pick(['busy', 'full', 'none']) }
        : { type, sdp: 'v=0\r\n'.repeat(this.below(20)), peerId: 'A'.repeat(43), signature: 'A'.repeat(86) }
    const candidate = { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 }
    return {
      to: this.#name(),
      attempt: this.#pick(this.#attempts),
      seq: this.below(70) - 2,
      data: {
        ...(this.#chance(0.5) && { description }),
        candidates: Array.from({ length: this.below(4) }, () => candidate),
      },
    }
  }

  /** JSON text of a payload, in most cases with one mistake. */
  #spoil(payload: Record<string, unknown>): string {
    const keys = Object.keys(payload)
    const key = this.#pick(keys)
    const fields = keys.map((key) => [key, JSON.stringify(payload[key])] as const)
    const text = (fields: readonly (readonly [string, string])[]): string =>
      `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
    switch (this.below(5)) {
      case 0:
        return text(fields.filter(([name]) => name !== key))
      case 1:
        return text(fields.map(([name, value]) => [name, name === key ? this.#value() : value]))
      case 2:
        return text([...fields, [key, this.#value()]])
      case 3:
        return text([[this.#pick(strangeNames), this.#value()], ...fields])
      default:
        return text(fields)
    }
  }

  #mutate(frame: string): string {
    const at = this.below(frame.length + 1)
    switch (this.below(5)) {
      case 0:
        return frame.slice(0, at)
      case 1:
        return frame.slice(at)
      case 2:
        return `${frame.slice(0, at)}${String.fromCharCode(this.below(0x2_00))}${frame.slice(at)}`
      case 3:
        return `${frame.slice(0, at)}${String.fromCharCode(this.below(128))}${frame.slice(at + 1)}`
      default:
        return `${frame.slice(0, at)}${frame.slice(this.below(frame.length + 1))}`
    }
  }
}
