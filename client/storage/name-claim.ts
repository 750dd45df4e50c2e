import type { ClaimClock, ClaimMeans, ClaimOptions, NameClaim } from './claim.ts'
import { claimByChannel, isClaimedByChannel } from './channel-claim.ts'
import { createClaimMark } from './claim-mark.ts'
import { storageLimits } from './limits.ts'

export const claimMeans = (scope: typeof globalThis = globalThis): ClaimMeans => ({
  // Absent on insecure origins, which the type ignores.
  locks: (scope.navigator as Partial<Navigator>).locks,
  openChannel: typeof scope.BroadcastChannel === 'function' ? (name) => new scope.BroadcastChannel(name) : undefined,
  openMarks: () => scope.localStorage,
})

/** Resolves once this tab may run the name; rejects only if aborted. */
export const claimName = async (options: ClaimOptions): Promise<NameClaim> => {
  const { means, signal } = options
  signal?.throwIfAborted()
  try {
    if (means.locks) return await claimByLock(means.locks, options)
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  try {
    if (means.openChannel) {
      const channel = means.openChannel(claimKey(options))
      return await claimByChannel(channel, markOf(options, means, options.clock), options)
    }
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  // Other tabs can't be asked. The server still lets one key run under one name, and their epochs differ.
  return { by: 'nothing', release: () => undefined }
}

/**
 * Whether a node of this browser, in this page too, runs the name or claims it. Claims nothing itself, so it delays no
 * other tab. True where the browser has neither locks nor channels: a tab may run it.
 */
export const isNameClaimed = async (
  name: { readonly net: string; readonly name: string },
  means: ClaimMeans,
  clock: ClaimClock,
): Promise<boolean> => {
  const { locks, openChannel } = means
  try {
    if (locks) {
      const { held = [], pending = [] } = await locks.query()
      return [...held, ...pending].some((lock) => lock.name === claimKey(name))
    }
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  try {
    if (openChannel) return await isClaimedByChannel(openChannel(claimKey(name)), markOf(name, means, clock), clock)
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  return true
}

const claimKey = ({ net, name }: { readonly net: string; readonly name: string }): string => `grapevine:${net}:${name}`

const markOf = (
  name: { readonly net: string; readonly name: string },
  { openMarks }: ClaimMeans,
  clock: ClaimClock,
): ReturnType<typeof createClaimMark> =>
  createClaimMark(
    () => openMarks?.(),
    claimKey(name),
    () => clock.now(),
  )

/** In a page without storage of its own (sandboxed frame, blocked cookies) the functions exist and throw. */
const isDenied = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'SecurityError' || error.name === 'InvalidStateError')

/**
 * Requests the lock if it is free at this moment, and otherwise queues for it. Another tab is reported once the browser
 * has said twice, `patienceMs` apart, that the lock is held.
 */
const claimByLock = (locks: LockManager, options: ClaimOptions): Promise<NameClaim> => {
  const { clock, onHeldElsewhere, signal, patienceMs = storageLimits.heldElsewhereMs } = options
  const key = claimKey(options)
  return new Promise((resolve, reject) => {
    let isSettled = false
    let stopWatching = (): void => {}
    const settle = (): void => {
      isSettled = true
      stopWatching()
    }
    const hold = (): Promise<void> => {
      settle()
      return new Promise((release) => resolve({ by: 'web-lock', release }))
    }
    const lookAgain = async (): Promise<void> => {
      const { held = [], pending = [] } = await locks.query()
      // The lock may have been granted to this tab just now: then it is held, and no request is pending.
      const isHeld = [held, pending].every((all) => all.some(({ name }) => name === key))
      if (isHeld && !isSettled) onHeldElsewhere()
    }
    const queue = (): Promise<void> => {
      if (patienceMs === 0) onHeldElsewhere()
      // A query that fails says nothing about other tabs.
      else stopWatching = clock.after(patienceMs, () => void lookAgain().catch(() => undefined))
      return locks.request(key, signal ? { signal } : {}, hold)
    }
    const claimed = locks.request(key, { ifAvailable: true }, (lock) => {
      // `ifAvailable` can't be combined with a signal.
      signal?.throwIfAborted()
      return lock ? hold() : queue()
    })
    claimed.catch((error: unknown) => {
      settle()
      reject(error)
    })
  })
}
