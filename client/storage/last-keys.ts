import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import { storageLimits } from './limits.ts'

/**
 * The public key that each name had last in this browser, stored apart from the database with the keys: a full disk, a
 * fault or a person that deletes the database mostly leaves this. `openStore` and the store may throw: then no key is known.
 */
export const createLastKeys = (
  openStore: () => Storage,
  limit: number = storageLimits.identities,
): { replace(net: string, name: string, peerId: PeerId): PeerId | undefined } => ({
  /** Returns the key before. */
  replace(net, name, peerId) {
    try {
      const store = openStore()
      const keys = parseKeys(store.getItem(itemKey))
      const before = keys.get(`${net}/${name}`)
      if (before === peerId) return before
      keys.delete(`${net}/${name}`)
      keys.set(`${net}/${name}`, peerId)
      store.setItem(itemKey, JSON.stringify([...keys].slice(-limit)))
      return before
    } catch {
      return undefined
    }
  },
})

const itemKey = 'grapevine last keys'

/** Undefined for a text that is not JSON; the next write replaces it. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const parseKeys = (text: string | null): Map<string, PeerId> => {
  const value = parseJson(text ?? '[]')
  const keys = new Map<string, PeerId>()
  for (const entry of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const [name, key] = Array.isArray(entry) ? (entry as readonly unknown[]) : []
    const peerId = parsePeerId(key)
    if (typeof name === 'string' && peerId) keys.set(name, peerId)
  }
  return keys
}
