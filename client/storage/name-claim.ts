import { claimByChannel, isClaimedByChannel } from './channel-claim.ts'
import { createClaimMark } from './claim-mark.ts'
import { storageLimits } from './limits.ts'

/** The right to run a name in this browser: held by one node at a time, whatever tab it is in. */
export interface NameClaim {
  readonly by: 'web-lock' | 'channel' | 'nothing'
  /** Gives the name free; a waiting tab takes it at once. Can be called twice. */
  release(): void
}

/** What the browser offers for it. On an insecure origin there are no locks; very old browsers have neither. */
export interface ClaimMeans {
  readonly locks?: LockManager | undefined
  readonly openChannel?: ((name: string) => BroadcastChannel) | undefined
  /** What all tabs of this origin can read at once, for marks beside the channel. May throw. */
  readonly openMarks?: (() => Storage) | undefined
}

export interface ClaimClock {
  /** Milliseconds since 1970: compared between tabs, which are all on this machine. */
  now(): number
  /** Runs `action` once after `delayMs`; returns its undo. */
  after(delayMs: number, action: () => void): () => void
}

export interface ClaimOptions {
  readonly net: string
  readonly name: string
  readonly means: ClaimMeans
  readonly clock: ClaimClock
  /** In [0, 1). */
  readonly random: () => number
  /**
   * Another tab has it: the browser, or that tab itself, has said so. However long they take to answer, nothing is told
   * before. Called at most once; the claim goes on waiting for its turn.
   */
  readonly onHeldElsewhere: () => void
  /** Held here, and taken by another tab while this one stood still: it may run the name no longer. */
  readonly onLost: () => void
  /**
   * How long a holder is given to let go, from the answer that there is one, before it is asked about again and taken
   * for another tab; `heldElsewhereMs` if absent, and with 0 the first answer counts.
   */
  readonly patienceMs?: number | undefined
  /** Ends the waiting: the promise rejects with its reason. Of no effect once the claim is held. */
  readonly signal?: AbortSignal | undefined
}

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
