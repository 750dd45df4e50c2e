import { type LogId, parseLogId } from './block.ts'
import { type Hop, parseHops } from './hop.ts'
import { gossipLimits } from '../bounds/limits.ts'

/** A block in storage: what was signed, and how and when it came. Only verified blocks are stored. */
export interface StoredBlock {
  readonly log: LogId
  readonly height: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undefined: the signature of a later block of its log covers it. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined
  readonly hops: readonly Hop[]
  /** This machine's clock at its arrival, milliseconds since 1970: for display. */
  readonly arrivedAt: number
  /** The node's network time at its arrival (rule R2). Blocks stored by older versions have 0. */
  readonly networkMs: number
}

/** Rebuilds a stored block, or returns nothing: another version, a fault or a person may have changed the storage. */
export const parseStoredBlock = (value: unknown): StoredBlock | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { log: logField, height, bytes, signature, hops: hopsField, arrivedAt, networkMs = 0 } = value as StoredFields
  const log = parseLogId(logField)
  const hops = parseStoredHops(hopsField)
  if (!log || !hops || !(bytes instanceof Uint8Array) || bytes.length > gossipLimits.maxBlockBytes) return undefined
  if (signature !== undefined && (!(signature instanceof Uint8Array) || signature.length !== 64)) return undefined
  if (typeof height !== 'number' || typeof arrivedAt !== 'number' || Number.isNaN(arrivedAt)) return undefined
  if (typeof networkMs !== 'number' || !(networkMs >= 0)) return undefined
  return {
    log,
    height,
    bytes: new Uint8Array(bytes),
    signature: signature && new Uint8Array(signature),
    hops,
    arrivedAt,
    networkMs,
  }
}

type StoredFields = { readonly [Field in keyof StoredBlock]?: unknown }

const parseStoredHops = (value: unknown): readonly Hop[] | undefined => {
  if (!Array.isArray(value)) return undefined
  const fields = (value as unknown[]).map((hop) => {
    const { name, heldMs, rttMs } = (hop ?? {}) as { readonly [Field in keyof Hop]?: unknown }
    return [name, heldMs, rttMs]
  })
  return parseHops(fields, gossipLimits.maxPathNames)
}
