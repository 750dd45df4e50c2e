import type { ClaimClock, ClaimMeans, ClaimOptions, NameClaim } from './claim.ts'
import { claimByChannel, isClaimedByChannel } from './channel-claim.ts'
import { createClaimMark } from './claim-mark.ts'
import { storageLimits } from './limits.ts'

export const claimMeans = (scope: typeof globalThis = globalThis): ClaimMeans => ({
  // Typed as always there.
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
  // Nobody to ask. The server still lets one key run under one name, and the epochs keep the two apart.
  return { by: 'nothing', release: () => undefined }
}

/**
 * Whether a node of this browser, in this page too, runs the name or is about to. Takes nothing, so it delays nobody.
 * True where there is nobody to ask: then it may be.
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

/** A page without storage of its own (sandboxed frame, cookies blocked) has the functions, but may not call them. */
const isDenied = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'SecurityError' || error.name === 'InvalidStateError')

/**
 * The lock is asked for as it is at this moment. If it is not to be had, the claim queues for it; that another tab has it
 * is told once the browser has said so and, after the holder's time to let go, says so again.
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
      // Granted here, and on the way, it is held too: then this tab does not wait for it any more.
      const isHeld = [held, pending].every((all) => all.some(({ name }) => name === key))
      if (isHeld && !isSettled) onHeldElsewhere()
    }
    const queue = (): Promise<void> => {
      if (patienceMs === 0) onHeldElsewhere()
      // A question that fails tells nothing of anybody.
      else stopWatching = clock.after(patienceMs, () => void lookAgain().catch(() => undefined))
      return locks.request(key, signal ? { signal } : {}, hold)
    }
    const claimed = locks.request(key, { ifAvailable: true }, (lock) => {
      // A signal can't be given together with that option.
      signal?.throwIfAborted()
      return lock ? hold() : queue()
    })
    claimed.catch((error: unknown) => {
      settle()
      reject(error)
    })
  })
}
