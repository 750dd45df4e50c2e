import { storageLimits } from './limits.ts'

/**
 * A holder's mark in `localStorage`, which every tab of this browser can read at once. A tab that gets no answer knows by
 * it whether to wait for a holder. The mark of a tab that crashed stays for `markLifeMs`.
 */
export interface ClaimMark {
  isThere(): boolean
  write(nonce: number): void
  /** Does nothing if the mark is another holder's by now. */
  remove(nonce: number): void
}

/** `openStore` and the store may throw: then there are no marks. `now`: milliseconds since 1970. */
export const createClaimMark = (
  openStore: () => Storage | undefined,
  claimKey: string,
  now: () => number,
): ClaimMark => {
  const key = `${prefix}${claimKey}`
  const withStore = <T>(use: (store: Storage) => T): T | undefined => {
    try {
      const store = openStore()
      return store && use(store)
    } catch {
      // Storage is forbidden or full: only the answers over the channel count.
      return undefined
    }
  }
  return {
    isThere: () => withStore((store) => isFresh(store.getItem(key), now())) ?? false,
    write: (nonce) => {
      withStore((store) => {
        store.setItem(key, `${now()} ${nonce}`)
        removeStale(store, now())
      })
    },
    remove: (nonce) => {
      withStore((store) => {
        if (store.getItem(key)?.endsWith(` ${nonce}`)) store.removeItem(key)
      })
    },
  }
}

const prefix = 'grapevine claim '

/** A mark from the future, after the clock was set back, counts as fresh: its tab may hold the name. */
const isFresh = (mark: string | null, now: number): boolean =>
  mark !== null && now - Number.parseInt(mark, 10) < storageLimits.markLifeMs

/** Removes the marks of tabs that crashed, so that there are no more marks than names in use. */
const removeStale = (store: Storage, now: number): void => {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index))
  for (const key of keys) {
    if (key?.startsWith(prefix) && !isFresh(store.getItem(key), now)) store.removeItem(key)
  }
}
