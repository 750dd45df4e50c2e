import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { claimByFile } from '../../../client/storage/files/file-claim.ts'
import { storageLimits } from '../../../client/storage/limits.ts'

/** A clock that runs as fast as the claims work: every timer is due at once, in order. */
const fastClock = () => {
  let nowMs = 0
  return {
    now: () => nowMs,
    after: (delayMs: number, action: () => void) => {
      const timer = setTimeout(() => {
        nowMs += delayMs
        action()
      }, 1)
      return () => clearTimeout(timer)
    },
  }
}

describe('a name claimed by a lock file', () => {
  let path: string

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-lock-'))
    path = join(folder, 'lock')
    return () => rm(folder, { recursive: true })
  })

  const claim = (happened: string[] = [], signal = new AbortController().signal): Promise<() => void> =>
    claimByFile({
      path,
      clock: fastClock(),
      signal,
      onHeldElsewhere: () => void happened.push('held'),
      onLost: () => void happened.push('lost'),
    })

  /** The lock of another process. */
  const leave = (holder: object): Promise<void> =>
    writeFile(path, JSON.stringify({ token: 'other', host: hostname(), pid: process.pid, startedAt: 0, ...holder }))

  it('belongs to one process: another is told that it is held, waits, and gets it when it is released', async () => {
    const release = await claim()
    const happened: string[] = []
    const waiting = claim(happened).then((releaseIt) => {
      happened.push('got')
      return releaseIt
    })
    await expect.poll(() => happened).toEqual(['held'])
    release()
    const releaseIt = await waiting
    expect(happened).toEqual(['held', 'got'])
    releaseIt()
    await expect(readFile(path)).rejects.toThrow('ENOENT')
  })

  it.each([
    ['whose process does not exist', { pid: 4_194_304 }],
    ['of an earlier process with this number', {}],
  ])('does not stay after a crash: a lock %s is removed at once', async (_what, holder) => {
    await leave(holder)
    const happened: string[] = []
    const release = await claim(happened)
    expect(happened).toEqual([])
    release()
  })

  it.each([
    ['of a process with a number that runs', { pid: process.ppid }],
    ['of another machine', { host: 'elsewhere' }],
  ])('does not stay: a lock %s that nobody renews is removed in time', async (_what, holder) => {
    await leave(holder)
    const clock = fastClock()
    const release = await claimByFile({
      path,
      clock,
      signal: new AbortController().signal,
      onHeldElsewhere: () => expect.unreachable('nobody renewed it'),
      onLost: () => {},
    })
    expect(clock.now()).toBeGreaterThanOrEqual(storageLimits.lockStaleMs)
    release()
  })

  it('does not stay if a power cut left the lock empty', async () => {
    await writeFile(path, '')
    const release = await claim()
    release()
  })

  it('is lost by a process that stood still while another one took it', async () => {
    const happened: string[] = []
    const release = await claim(happened)
    await leave({ pid: process.ppid })
    await expect.poll(() => happened).toEqual(['lost'])
    release()
    expect(await readFile(path, 'utf8')).toContain('"other"')
  })

  it('is waited for no longer once the claim is aborted', async () => {
    const release = await claim()
    const aborter = new AbortController()
    const waiting = claim([], aborter.signal)
    aborter.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    release()
  })
})
