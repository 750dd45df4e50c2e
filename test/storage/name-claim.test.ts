import { describe, expect, it } from 'vitest'
import { storageLimits } from '../../client/storage/limits.ts'
import { claimName, isNameClaimed } from '../../client/storage/name-claim.ts'
import { VirtualClock } from '../simulation/network/virtual-clock.ts'
import { Browser, Tab, isClaimed } from './claiming-tabs.ts'

const { objectionMs, heldElsewhereMs } = storageLimits

describe('claimName', () => {
  const options = {
    net: 'main',
    name: 'node1',
    clock: new VirtualClock(),
    random: () => 0.5,
    onHeldElsewhere: () => undefined,
    onLost: () => undefined,
  }
  const denied = (): never => {
    throw new DOMException('denied', 'SecurityError')
  }

  it('claims nothing where the browser has neither locks nor channels', async () => {
    const claim = await claimName({ ...options, means: {} })
    expect(claim.by).toBe('nothing')
    claim.release()
  })

  it('claims nothing where the page may use neither', async () => {
    const locks = { request: () => Promise.resolve().then(denied) } as unknown as LockManager
    expect((await claimName({ ...options, means: { locks, openChannel: denied } })).by).toBe('nothing')
  })

  it('rejects at once if it is already aborted', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(claimName({ ...options, means: {}, signal })).rejects.toThrow('stopped')
  })

  it('rejects with any other error', async () => {
    const openChannel = (): never => {
      throw new TypeError('a fault')
    }
    await expect(claimName({ ...options, means: { openChannel } })).rejects.toThrow('a fault')
  })
})

/** The Web Locks of a browser that answers after `answerMs`. */
const slowLocks = (clock: VirtualClock, answerMs: number, isHeld: () => boolean): LockManager => {
  const after = (): Promise<void> => new Promise((resolve) => void clock.after(answerMs, () => resolve()))
  const untilFree = async (): Promise<void> => {
    do await after()
    while (isHeld())
  }
  const request = async (
    name: string,
    { ifAvailable = false }: LockOptions,
    use: (lock: Lock | null) => Promise<unknown>,
  ): Promise<unknown> => {
    await (ifAvailable ? after() : untilFree())
    return use(isHeld() ? null : { name, mode: 'exclusive' })
  }
  const query = async (): Promise<LockManagerSnapshot> => {
    await after()
    const lock = { name: 'grapevine:main:node1', mode: 'exclusive', clientId: 'x' } as const
    return isHeld() ? { held: [lock], pending: [lock] } : { held: [lock], pending: [] }
  }
  return { request, query } as unknown as LockManager
}

describe('a claim by web lock, in a browser that answers late', () => {
  const claim = (clock: VirtualClock, isHeld: () => boolean) => {
    const seen = { heldElsewhere: 0, isHeldHere: false }
    void claimName({
      net: 'main',
      name: 'node1',
      means: { locks: slowLocks(clock, 450, isHeld) },
      clock,
      random: () => 0.5,
      onHeldElsewhere: () => (seen.heldElsewhere += 1),
      onLost: () => undefined,
    }).then(() => (seen.isHeldHere = true))
    return seen
  }

  it('reports no other tab where there is none', async () => {
    const clock = new VirtualClock()
    const seen = claim(clock, () => false)
    await clock.pass(449)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: false })
    await clock.pass(60_000)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: true })
  })

  it('reports another tab after the browser’s second answer, and waits for it', async () => {
    const clock = new VirtualClock()
    let isHeld = true
    const seen = claim(clock, () => isHeld)
    await clock.pass(450 + heldElsewhereMs + 449)
    expect(seen.heldElsewhere).toBe(0)
    await clock.pass(1)
    expect(seen).toEqual({ heldElsewhere: 1, isHeldHere: false })
    isHeld = false
    await clock.pass(1_000)
    expect(seen).toEqual({ heldElsewhere: 1, isHeldHere: true })
  })

  it('reports no other tab while the former document of this tab is being unloaded', async () => {
    const clock = new VirtualClock()
    const goneAt = clock.now() + 450 + heldElsewhereMs
    const seen = claim(clock, () => clock.now() < goneAt)
    await clock.pass(60_000)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: true })
  })
})

describe('a query whether a name is claimed', () => {
  it('is answered by its holder, and by a tab that claims it', async () => {
    const browser = new Browser()
    expect(await isClaimed(browser)).toBe(false)
    const tab = new Tab(browser)
    expect(await isClaimed(browser)).toBe(true)
    expect(tab.holds).toBe(true)
    expect(await isClaimed(browser)).toBe(true)
    expect(await isClaimed(browser, 'node2')).toBe(false)
    tab.release()
    expect(await isClaimed(browser)).toBe(false)
  })

  it('delays no claim', async () => {
    const browser = new Browser()
    const asking = isClaimed(browser)
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect([tab.holds, tab.timesHeldElsewhere]).toEqual([true, 0])
    expect(await asking).toBe(true)
  })

  it('is not answered by tabs that query too', async () => {
    const browser = new Browser()
    expect(await Promise.all([isClaimed(browser), isClaimed(browser)])).toEqual([false, false])
  })

  it('means yes where a tab has left its mark and does not answer', async () => {
    const browser = new Browser()
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs)
    tab.standStill()
    expect(await isClaimed(browser)).toBe(true)
  })

  it('means yes where the browser has neither locks nor channels', async () => {
    expect(await isNameClaimed({ net: 'main', name: 'node1' }, {}, new VirtualClock())).toBe(true)
  })
})
