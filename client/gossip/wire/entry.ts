/** One message of one author, as it is delivered. */
export interface Entry {
  /** The author's name, as people type it. */
  readonly author: string
  /** The author's key: what is trusted. */
  readonly peerId: string
  /** The author's page load: a count and 64 random bits, `12-9f86d081884c7d65`. */
  readonly epoch: string
  /** 1, 2, 3 … per author and epoch. */
  readonly seq: number
  /** The author's clock, milliseconds since 1970. Shown, never used. */
  readonly time: number
  /** This machine's clock when it came, milliseconds since 1970. Absent on one's own that this page load published. */
  readonly receivedAt?: number
  readonly body: JsonValue | Uint8Array
  /** The application's name for a set of entries, 1 to 128 bytes of UTF-8. Absent: none. */
  readonly topic?: string
  /** It replaces all older entries of its author with the same topic, or without one if it has none. */
  readonly supersedes?: true
  /** Names from the author to here, by the route of the first verified copy. Unsigned; at most 64. */
  readonly path: readonly string[]
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }
