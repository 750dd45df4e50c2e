import { toBase64url } from '../../gossip/wire/base64url.ts'
import type { Block } from '../../gossip/wire/block.ts'
import { cutText } from '../../gossip/wire/cut-text.ts'
import type { JsonValue } from '../../gossip/wire/entry.ts'
import type { CarriedBlock, ReceivedEnvelope } from '../../gossip/wire/envelope.ts'
import { decodeValue } from '../../gossip/codec/cbor.ts'
import { parseEphemeral } from '../../gossip/codec/signed-ephemeral.ts'
import type { CarriedEphemeral } from '../../gossip/wire/ephemeral.ts'

/** How much of one envelope is shown. Where something is cut, its full length is shown. */
export const wireLimits = {
  /** Characters of one text: one line or two. The messages show the whole text. */
  textChars: 160,
  /** Characters of one member's name in a JSON body. */
  keyChars: 40,
  /** Bytes of one byte string: a hash or a key is 32. */
  bytes: 32,
  /** Bytes of a signature: enough to tell two apart. */
  signatureBytes: 9,
  /** Items of one list, members of one object. */
  items: 24,
  /** Levels of nesting; the body of an entry begins at the sixth. */
  depth: 10,
  /** Values of one envelope, and characters in all of them: 500 envelopes are 8 MB at worst. */
  values: 600,
  chars: 8_192,
} as const

/** Parses a block of an envelope; undefined if it is malformed. */
export type ReadBlock = (carried: CarriedBlock) => Block | undefined

interface Signed {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undefined: the signature of a later block of the same run covers this one. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined
}

/**
 * An envelope's fields as JSON, bounded: byte strings as `{ bytes, base64url }`, blocks decoded, signatures shortened. A
 * list that is cut ends in the text `… 12 more`. For several blocks, `logs` summarises all of them.
 */
export const wireContent = (envelope: ReceivedEnvelope, readBlock: ReadBlock): JsonValue => {
  const { type: _type, ...fields } = envelope
  const view = new ContentView(readBlock)
  const blocks = envelope.type === 'push' || envelope.type === 'blocks' ? envelope.blocks : []
  return view.object(blocks.length > 1 ? { logs: logsOf(blocks, readBlock), ...fields } : fields)
}

/** The first bytes and the size of a frame that is malformed, or whose other bytes were evicted. */
export const malformedContent = (frame: Uint8Array, size: number): JsonValue => ({
  begins: bytesView(frame, wireLimits.bytes, size),
})

const bytesView = (bytes: Uint8Array, shown: number, size = bytes.length): JsonValue => ({
  bytes: size,
  base64url: toBase64url(bytes.subarray(0, shown)) + (size > shown ? '…' : ''),
})

/** One row for each log among the blocks, in the order of their first blocks. */
const logsOf = (carried: readonly CarriedBlock[], readBlock: ReadBlock): readonly JsonValue[] => {
  const logs = new Map<string, { name: string; log: string; blocks: number; from: number; to: number }>()
  for (const block of carried.map(readBlock)) {
    if (!block) continue
    const { log, name, height } = block
    const known = logs.get(log)
    logs.set(log, {
      name,
      log,
      blocks: (known?.blocks ?? 0) + 1,
      from: Math.min(known?.from ?? height, height),
      to: Math.max(known?.to ?? height, height),
    })
  }
  return [...logs.values()]
}

const isSigned = (value: object): value is Signed =>
  'bytes' in value && value.bytes instanceof Uint8Array && 'signature' in value

/** Copies values until the limits are reached. */
class ContentView {
  readonly #readBlock: ReadBlock
  #values: number = wireLimits.values
  #chars: number = wireLimits.chars

  constructor(readBlock: ReadBlock) {
    this.#readBlock = readBlock
  }

  object(fields: object, depth: number = wireLimits.depth): JsonValue {
    const members = Object.entries(fields)
    const shown: [string, JsonValue][] = []
    for (const [key, value] of members) {
      if (shown.length >= wireLimits.items || !this.#hasRoom()) break
      shown.push([this.#text(key, wireLimits.keyChars), this.#value(value, depth - 1)])
    }
    if (shown.length < members.length) shown.push(['…', `${members.length - shown.length} more`])
    return Object.fromEntries(shown)
  }

  #value(value: unknown, depth: number): JsonValue {
    this.#values -= 1
    if (typeof value === 'string') return this.#text(value, wireLimits.textChars)
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
    if (value instanceof Uint8Array) return this.#bytes(value, wireLimits.bytes)
    if (typeof value !== 'object') return null
    if (depth <= 0) return '…'
    if (Array.isArray(value)) return this.#list(value, depth)
    return isSigned(value) ? this.#signed(value, depth) : this.object(value, depth)
  }

  #list(items: readonly unknown[], depth: number): JsonValue {
    const shown: JsonValue[] = []
    for (const item of items) {
      if (shown.length >= wireLimits.items || !this.#hasRoom()) break
      shown.push(this.#value(item, depth - 1))
    }
    if (shown.length < items.length) shown.push(`… ${items.length - shown.length} more`)
    return shown
  }

  /** A block, a notice or an ephemeral message, with the decoded fields in place of its bytes. */
  #signed(signed: Signed, depth: number): JsonValue {
    const { bytes, signature, ...rest } = signed
    const size = {
      bytes: bytes.length,
      ...(signature && { signature: this.#bytes(signature, wireLimits.signatureBytes) }),
    }
    if ('hops' in signed) {
      const block = this.#readBlock(signed as CarriedBlock)
      if (!block) return this.object({ malformed: bytes, ...rest, ...size }, depth)
      const { name, author, epoch, height, firstSeq, prev, hash, entries } = block
      return this.object({ name, author, epoch, height, firstSeq, entries, ...rest, prev, hash, ...size }, depth)
    }
    const ephemeral = 'path' in signed ? parseEphemeral(signed as CarriedEphemeral) : undefined
    if (ephemeral) {
      const { name, author, epoch, number, time, topic, body } = ephemeral
      const content = { name, author, epoch, number, time, ...(topic !== undefined && { topic }), body }
      return this.object({ ...content, ...rest, ...size }, depth)
    }
    return this.object({ fields: decodeValue(bytes) ?? bytes, ...rest, ...size }, depth)
  }

  #bytes(bytes: Uint8Array, shown: number): JsonValue {
    this.#chars -= shown
    return bytesView(bytes, shown)
  }

  #text(text: string, shown: number): string {
    const start = cutText(text, shown)
    this.#chars -= start.length
    return start.length === text.length ? text : `${start}… (${text.length} characters)`
  }

  #hasRoom(): boolean {
    return this.#values > 0 && this.#chars > 0
  }
}
