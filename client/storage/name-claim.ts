import { claimByChannel, isClaimedByChannel } from './channel-claim.ts'
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
  /** Another tab has it. Called at most once; the claim goes on waiting for its turn. */
  readonly onHeldElsewhere: () => void
  /**
   * How long a holder is given to let go before it is taken for another tab; `heldElsewhereMs` if absent. With 0 it is
   * told only of a name that is held at this moment: no busy machine makes a free one look taken.
   */
  readonly patienceMs?: number | undefined
  /** Ends the waiting: the promise rejects with its reason. Of no effect once the claim is held. */
  readonly signal?: AbortSignal | undefined
}

export const claimMeans = (scope: typeof globalThis = globalThis): ClaimMeans => ({
  // Typed as always there.
  locks: (scope.navigator as Partial<Navigator>).locks,
  openChannel: typeof scope.BroadcastChannel === 'function' ? (name) => new scope.BroadcastChannel(name) : undefined,
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
    if (means.openChannel) return await claimByChannel(means.openChannel(claimKey(options)), options)
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
  { locks, openChannel }: ClaimMeans,
  clock: ClaimClock,
): Promise<boolean> => {
  try {
    if (locks) {
      const { held = [], pending = [] } = await locks.query()
      return [...held, ...pending].some((lock) => lock.name === claimKey(name))
    }
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  try {
    if (openChannel) return await isClaimedByChannel(openChannel(claimKey(name)), clock)
  } catch (error) {
    if (!isDenied(error)) throw error
  }
  return true
}

const claimKey = ({ net, name }: { readonly net: string; readonly name: string }): string => `grapevine:${net}:${name}`

/** A page without storage of its own (sandboxed frame, cookies blocked) has the functions, but may not call them. */
const isDenied = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'SecurityError' || error.name === 'InvalidStateError')

const claimByLock = (locks: LockManager, options: ClaimOptions): Promise<NameClaim> => {
  const { clock, onHeldElsewhere, signal, patienceMs = storageLimits.heldElsewhereMs } = options
  return new Promise((resolve, reject) => {
    const stopWatching = patienceMs === 0 ? (): void => {} : clock.after(patienceMs, onHeldElsewhere)
    const hold = (): Promise<void> => {
      stopWatching()
      return new Promise((release) => resolve({ by: 'web-lock', release }))
    }
    const queue = (): Promise<void> => locks.request(claimKey(options), signal ? { signal } : {}, hold)
    const look = (): Promise<void> =>
      locks.request(claimKey(options), { ifAvailable: true }, (lock) => {
        if (lock) return hold()
        onHeldElsewhere()
        return queue()
      })
    const claimed = patienceMs === 0 ? look() : queue()
    claimed.catch((error: unknown) => {
      stopWatching()
      reject(error)
    })
  })
}
