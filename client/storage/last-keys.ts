import { type PeerId, parsePeerId } from '../gossip/wire/peer-id.ts'
import { storageLimits } from './limits.ts'

/**
 * Which key each name had last in this browser, beside the database that holds the keys: what takes that one away (a full
 * disk, a fault, a hand) mostly leaves this. Public keys only. `openStore` may throw, or the store: then nothing is known.
 */
export const createLastKeys = (
  openStore: () => Storage,
  limit: number = storageLimits.identities,
): { replace(net: string, name: string, peerId: PeerId): PeerId | undefined } => ({
  /** Gives the one before. */
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

/** Undefined for what is no JSON: it is written anew. */
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
