import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import { cutText } from '../../gossip/wire/cut-text.ts'
import type { EntryChanges } from '../shared/entry-changes.ts'

/** The maximum length in characters of a name that a person gives to a node: it is shown beside the node's own name. */
export const mostNameChars = 24

const nameKey = 'grapevine:name'

/**
 * The name that a person gives to a node, as the body of a message: `{ "grapevine:name": "Ana" }`. The message is a
 * normal entry, signed, spread and stored, so that nodes that join later know the name too. The protocol has no rule
 * for it. An empty name removes the earlier name.
 */
export const nameBody = (name: string): JsonValue => ({ [nameKey]: tidyName(name) })

/** Trims and joins blanks, removes invisible characters and those that change the direction of text, cuts the rest. */
const tidyName = (name: string): string =>
  cutText(name.normalize('NFC').replaceAll(/\s+/gu, ' ').replaceAll(/\p{C}/gu, '').trim(), mostNameChars).trim()

/** The name in such a body, tidied again, since a stranger may have made it; undefined for every other body. */
export const parseNameBody = (body: Entry['body']): string | undefined => {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof Uint8Array) return undefined
  const entries = Object.entries(body)
  const [first] = entries
  if (entries.length !== 1 || first?.[0] !== nameKey || typeof first[1] !== 'string') return undefined
  return tidyName(first[1])
}

/** Names that persons gave to nodes: the latest held name by PeerId. Bounded by the number of held authors. */
export class DisplayNames {
  readonly #entries = new Map<string, Entry>()
  #names: ReadonlyMap<string, string> = new Map()

  /** A new object with every change. */
  get names(): ReadonlyMap<string, string> {
    return this.#names
  }

  apply({ added, removed }: EntryChanges): void {
    let hasChanged = false
    for (const entry of removed) hasChanged = this.#remove(entry) || hasChanged
    for (const entry of added) hasChanged = this.#add(entry) || hasChanged
    if (!hasChanged) return
    this.#names = new Map(
      [...this.#entries].flatMap(([peerId, { body }]) => {
        const name = parseNameBody(body)
        return name ? [[peerId, name] as const] : []
      }),
    )
  }

  #add(entry: Entry): boolean {
    if (parseNameBody(entry.body) === undefined) return false
    const before = this.#entries.get(entry.peerId)
    if (before && !isLater(entry, before)) return false
    this.#entries.set(entry.peerId, entry)
    return true
  }

  #remove(entry: Entry): boolean {
    return this.#entries.get(entry.peerId) === entry && this.#entries.delete(entry.peerId)
  }
}

/** Compares two entries of one author: first by the page load, then by the seq. */
const isLater = (one: Entry, other: Entry): boolean => {
  const loads = Number.parseInt(one.epoch, 10) - Number.parseInt(other.epoch, 10)
  return loads > 0 || (loads === 0 && one.seq > other.seq)
}
