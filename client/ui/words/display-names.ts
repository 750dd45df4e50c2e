import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import { cutText } from '../../gossip/wire/cut-text.ts'
import type { EntryChanges } from '../shared/entry-changes.ts'

/** Characters of a name that a person gives a node: it stands beside the node's own. */
export const mostNameChars = 24

const nameKey = 'grapevine:name'

/**
 * What a person calls a node, as a message: `{ "grapevine:name": "Ana" }`. It is an entry like any other, signed, spread and
 * stored, so that whoever comes later knows it too; nothing in the protocol is about it. An empty one takes the name back.
 */
export const nameBody = (name: string): JsonValue => ({ [nameKey]: tidyName(name) })

/** Blanks trimmed and joined, invisible characters and those that turn the direction of text left out, cut. */
const tidyName = (name: string): string =>
  cutText(name.normalize('NFC').replaceAll(/\s+/gu, ' ').replaceAll(/\p{C}/gu, '').trim(), mostNameChars).trim()

/** The name in such a body, tidied again, since a stranger made it; undefined if the body is no such one. */
export const parseNameBody = (body: Entry['body']): string | undefined => {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof Uint8Array) return undefined
  const entries = Object.entries(body)
  const [first] = entries
  if (entries.length !== 1 || first?.[0] !== nameKey || typeof first[1] !== 'string') return undefined
  return tidyName(first[1])
}

/** Names that persons gave, by PeerId: the latest of each that is held. Bounded by the authors of what is held. */
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

/** Of two entries of one author, by its page loads and then by their order. */
const isLater = (one: Entry, other: Entry): boolean => {
  const loads = Number.parseInt(one.epoch, 10) - Number.parseInt(other.epoch, 10)
  return loads > 0 || (loads === 0 && one.seq > other.seq)
}
