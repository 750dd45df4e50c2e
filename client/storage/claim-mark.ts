import { storageLimits } from './limits.ts'

/**
 * What a holder leaves where every tab of this browser can see it at once, so that a tab that gets no answer knows
 * whether there is somebody to wait for. It may outlive its tab, which crashed.
 */
export interface ClaimMark {
  isThere(): boolean
  write(nonce: number): void
  /** Nothing if it is another holder's by now. */
  remove(nonce: number): void
}

/** `openStore` may throw, or the store: then there are no marks. `now`: milliseconds since 1970. */
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
      // Forbidden or full. Answers to questions decide alone.
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

/** A clock that was set back makes a mark one of the future: somebody may hold the name. */
const isFresh = (mark: string | null, now: number): boolean =>
  mark !== null && now - Number.parseInt(mark, 10) < storageLimits.markLifeMs

/** Of tabs that crashed, so that no more are kept than names run at once. */
const removeStale = (store: Storage, now: number): void => {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index))
  for (const key of keys) {
    if (key?.startsWith(prefix) && !isFresh(store.getItem(key), now)) store.removeItem(key)
  }
}
