import { parseEpoch } from './block.ts'
import { gossipLimits } from './limits.ts'
import { type NodeName, parseNodeName } from './node-name.ts'

/** What one link carries for one hop. On the wire: a CBOR array of the type's code and its fields, in this order. */
export type Envelope =
  /** The first on every link, both ways: who I am, and what I speak. */
  | { readonly type: 'hello'; readonly version: number; readonly name: NodeName; readonly epoch: string }
  /** A block for everybody. `path`: the names before the sender, author first; empty if the sender is the author. */
  | {
      readonly type: 'push'
      readonly block: Uint8Array<ArrayBuffer>
      readonly signature: Uint8Array<ArrayBuffer>
      readonly path: readonly NodeName[]
    }
  /** Are you there? `count` comes back in the answer. */
  | { readonly type: 'heartbeat'; readonly count: number }
  | { readonly type: 'heartbeat-ack'; readonly count: number }
  /** The last on a link that ends in good order. */
  | { readonly type: 'bye' }

/** What may come. Whatever else a hello of another version holds, its version is read. */
export type ReceivedEnvelope = Envelope | { readonly type: 'foreign-hello'; readonly version: number }

/** Said in `hello`. Another version is another language: the link is closed. */
export const protocolVersion = 1

const codes = ['hello', 'push', 'heartbeat', 'heartbeat-ack', 'bye'] as const satisfies readonly Envelope['type'][]
const codeOf = Object.fromEntries(codes.map((type, code) => [type, code])) as Record<Envelope['type'], number>

export const envelopeFields = (envelope: Envelope): unknown[] => {
  const code = codeOf[envelope.type]
  switch (envelope.type) {
    case 'hello':
      return [code, envelope.version, envelope.name, envelope.epoch]
    case 'push':
      return [code, envelope.block, envelope.signature, envelope.path]
    case 'heartbeat':
    case 'heartbeat-ack':
      return [code, envelope.count]
    case 'bye':
      return [code]
  }
}

/** Rebuilds an envelope from decoded values, or returns nothing. */
export const parseEnvelope = (value: unknown): ReceivedEnvelope | undefined => {
  if (!Array.isArray(value)) return undefined
  const [code, ...fields] = value as unknown[]
  const type = typeof code === 'number' ? codes[code] : undefined
  switch (type) {
    case 'hello':
      return parseHello(fields)
    case 'push':
      return fields.length === 3 ? parsePush(fields) : undefined
    case 'heartbeat':
    case 'heartbeat-ack': {
      const [count] = fields
      return fields.length === 1 && isCount(count) ? { type, count } : undefined
    }
    case 'bye':
      return fields.length === 0 ? { type } : undefined
    case undefined:
      return undefined
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const parseHello = ([version, nameField, epochField, ...rest]: unknown[]): ReceivedEnvelope | undefined => {
  if (isCount(version) && version !== protocolVersion) return { type: 'foreign-hello', version }
  const name = parseNodeName(nameField)
  const epoch = parseEpoch(epochField)
  return isCount(version) && name && epoch && rest.length === 0 ? { type: 'hello', version, name, epoch } : undefined
}

const parsePush = ([block, signature, pathField]: unknown[]): Envelope | undefined => {
  if (!(block instanceof Uint8Array) || !(signature instanceof Uint8Array) || signature.length !== 64) return undefined
  // The sender and this node are appended to the path: they must fit.
  if (!Array.isArray(pathField) || pathField.length > gossipLimits.maxPathNames - 2) return undefined
  const path: NodeName[] = []
  for (const nameField of pathField as unknown[]) {
    const name = parseNodeName(nameField)
    if (!name) return undefined
    path.push(name)
  }
  return { type: 'push', block: block.slice(), signature: signature.slice(), path }
}
