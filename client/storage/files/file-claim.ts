import { randomUUID } from 'node:crypto'
import { readFileSync, unlinkSync } from 'node:fs'
import { link, open, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Timers } from '../../node/shared/timers.ts'
import { storageLimits } from '../limits.ts'
import { errorCode } from './atomic-file.ts'

export interface FileClaimOptions {
  readonly path: string
  readonly clock: Timers
  readonly signal: AbortSignal
  /** Another process holds the name; this one goes on waiting. */
  onHeldElsewhere(): void
  /** Another process got the name, since this one stood still. */
  onLost(): void
}

/** Who holds a lock. */
interface Holder {
  readonly token: string
  readonly host: string
  readonly pid: number
  /** When its process started, milliseconds since 1970: a number of a process is used again. */
  readonly startedAt: number
}

/** A lock as it was seen. */
interface SeenLock {
  readonly holder: Holder | undefined
  readonly renewedAt: number
}

/**
 * Claims a name by a lock file, since Node.js has no locks of the system. Resolves with a function that releases it; rejects
 * once aborted, or if the folder is not writable.
 *  1. The holder renews its lock every `renewLockMs`. Another holder is reported once a renewal was seen, so a lock that a crash
 *     or a power cut left behind is never taken for a process.
 *  2. A lock is stale if its process does not exist on this machine, or after `lockStaleMs` without a renewal. No clock of
 *     the machine decides.
 *  3. Two processes that find the same stale lock can't both remove it: it is renamed first, and looked at again. A holder
 *     that lost its lock learns of it at its next renewal.
 */
export const claimByFile = async (options: FileClaimOptions): Promise<() => void> => {
  const { path, clock, signal } = options
  const own: Holder = { token: randomUUID(), host: hostname(), pid: process.pid, startedAt: processStartedAt() }
  let seen: SeenLock | undefined
  let seenAt = clock.now()
  let isReported = false
  for (;;) {
    signal.throwIfAborted()
    if (await create(path, own)) return hold(options, own)
    const lock = await look(path)
    if (!lock) continue
    const isSame = seen !== undefined && lock.holder?.token === seen.holder?.token
    const isRenewed = isSame && lock.renewedAt !== seen?.renewedAt
    if (!isSame || isRenewed) seenAt = clock.now()
    seen = lock
    const isSilent = clock.now() - seenAt >= storageLimits.lockStaleMs
    if (isSilent || (lock.holder && !isRunning(lock.holder))) {
      await removeStale(path, lock, own)
      continue
    }
    if (isRenewed && !isReported) {
      isReported = true
      options.onHeldElsewhere()
    }
    await new Promise<void>((resolve) => void clock.after(storageLimits.watchLockMs, resolve))
  }
}

const processStartedAt = (): number => Math.round(performance.timeOrigin)

const create = async (path: string, own: Holder): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(JSON.stringify(own))
    } catch (error) {
      // The disk is full: an empty lock would delay the next start.
      await unlink(path)
      throw error
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Undefined if the lock is gone. */
const look = async (path: string): Promise<SeenLock | undefined> => {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return { holder: parseHolder(text), renewedAt: mtimeMs }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Undefined for a lock that is being written, or was left half written by a power cut. */
const parseHolder = (text: string): Holder | undefined => {
  try {
    const { token, host, pid, startedAt } = JSON.parse(text) as Record<string, unknown>
    if (typeof token !== 'string' || typeof host !== 'string') return undefined
    if (typeof pid !== 'number' || typeof startedAt !== 'number') return undefined
    return { token, host, pid, startedAt }
  } catch {
    return undefined
  }
}

/** Gives whether the process of a lock may run: of another machine, or of another container, nothing is known. */
const isRunning = ({ host, pid, startedAt }: Holder): boolean => {
  if (host !== hostname()) return true
  // Containers often give a program the same number again.
  if (pid === process.pid) return startedAt === processStartedAt()
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: a process of another person.
    return errorCode(error) !== 'ESRCH'
  }
}

const removeStale = async (path: string, stale: SeenLock, { token }: Holder): Promise<void> => {
  const aside = `${path}.${token}`
  try {
    await rename(path, aside)
    const taken = await look(aside)
    // Another process was faster, and this is its lock: give it back.
    if (taken?.holder?.token !== stale.holder?.token) await link(aside, path)
  } catch (error) {
    // ENOENT: it is gone. EEXIST: somebody holds the name meanwhile.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw error
  }
  await unlink(aside).catch(() => undefined)
}

const hold = (options: FileClaimOptions, own: Holder): (() => void) => {
  const { path, clock } = options
  let isReleased = false
  let stopTimer = (): void => {}
  const isOwn = (text: string): boolean => parseHolder(text)?.token === own.token
  const renew = async (): Promise<void> => {
    const isHeld = await readFile(path, 'utf8').then(isOwn, (error: unknown) => errorCode(error) !== 'ENOENT')
    if (isReleased) return
    if (!isHeld) return options.onLost()
    const now = new Date()
    // A disk that fails is reported by what is stored there.
    await utimes(path, now, now).catch(() => undefined)
    schedule()
  }
  const schedule = (): void => {
    stopTimer = clock.after(storageLimits.renewLockMs, () => void renew())
  }
  schedule()
  return () => {
    isReleased = true
    stopTimer()
    try {
      // At once: the process may end in this turn.
      if (isOwn(readFileSync(path, 'utf8'))) unlinkSync(path)
    } catch {
      // The folder is gone.
    }
  }
}
