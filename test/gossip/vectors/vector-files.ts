import { readFile, writeFile } from 'node:fs/promises'
import type { JsonValue } from '../../../client/gossip/wire/entry.ts'

/** A value of the vectors, with bytes as hex. */
type Json = JsonValue

export interface KeyVector {
  readonly name: string
  /** RFC 8032's private key, 32 bytes. */
  readonly seed: string
  readonly publicKey: string
  readonly peerId: string
}

export interface BlockVector {
  readonly title: string
  readonly content: Json
  readonly bytes: string
  readonly hash: string
  readonly signature: string
}

export interface NoticeVector {
  readonly type: 'announcement' | 'request' | 'receipt'
  readonly title: string
  readonly content: Json
  readonly bytes: string
  readonly signature: string
}

export interface EphemeralVector {
  readonly title: string
  readonly content: Json
  readonly bytes: string
  readonly signature: string
}

export interface FrameVector {
  readonly type: string
  readonly title: string
  /** The envelope with its fields by name. An absent signature or model is an empty text, as on the wire. */
  readonly meaning: Json
  readonly frame: string
}

export interface RefusedVector {
  readonly title: string
  readonly reason: string
  readonly frame: string
  /** The frame is refused because of what came before it on the link, or because of the link's other end. */
  readonly needsLink?: boolean
}

export interface LedgerVector {
  readonly title: string
  /** For each log the blocks held, the oldest first, and the two runs that prove its fork. */
  readonly logs: readonly {
    readonly held: readonly string[]
    readonly fork?: { readonly one: readonly string[]; readonly other: readonly string[] }
  }[]
  /** The frame that carries each proof, with its signatures. */
  readonly proofs: readonly string[]
  readonly texts: readonly string[]
  readonly digest: string
  readonly retentionTexts: readonly string[]
  readonly retention: string
  readonly sketch: readonly number[]
  /** A summary with this salt, whose cells are in hex. */
  readonly summary: { readonly saltOne: number; readonly saltOther: number; readonly cells: string }
  /** The entries of the frontier without their idle times. */
  readonly frontier: readonly { readonly [field: string]: string | number }[]
}

export interface SignatureVector {
  readonly title: string
  readonly publicKey: string
  readonly message: string
  readonly signature: string
  readonly isValid: boolean
}

export interface CborVector {
  readonly title: string
  readonly bytes: string
  readonly isCanonical: boolean
}

export interface Vectors {
  readonly keys: readonly KeyVector[]
  readonly blocks: readonly BlockVector[]
  readonly notices: readonly NoticeVector[]
  readonly ephemerals: readonly EphemeralVector[]
  readonly frames: readonly FrameVector[]
  readonly refused: readonly RefusedVector[]
  readonly ledgers: readonly LedgerVector[]
  readonly signatures: readonly SignatureVector[]
  readonly cbor: readonly CborVector[]
}

export const vectorFiles = [
  'keys',
  'blocks',
  'notices',
  'ephemerals',
  'frames',
  'refused',
  'ledgers',
  'signatures',
  'cbor',
] as const satisfies readonly (keyof Vectors)[]

const fileOf = (name: keyof Vectors): URL => new URL(`${name}.json`, import.meta.url)

export const readVectors = async <Name extends keyof Vectors>(name: Name): Promise<Vectors[Name]> =>
  JSON.parse(await readFile(fileOf(name), 'utf8')) as Vectors[Name]

export const writeVectors = async (vectors: Vectors): Promise<void> => {
  for (const name of vectorFiles) await writeFile(fileOf(name), `${JSON.stringify(vectors[name], undefined, 2)}\n`)
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** A value of the core as the vectors hold it. Fields that are absent in the core are empty on the wire. */
export const jsonOf = (value: unknown, key = ''): Json => {
  if (value instanceof Uint8Array) return toHex(value)
  if (value === undefined) return ['signature', 'model', 'topic'].includes(key) ? '' : null
  if (Array.isArray(value)) return value.map((item) => jsonOf(item))
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member, name)]))
}
