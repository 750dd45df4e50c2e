import { afterEach, describe, expect, it, type Mock, vi } from 'vitest'
import { claimMeans, claimName, isNameClaimed } from '../../client/storage/name-claim.ts'
import type { ClaimMeans, ClaimOptions, NameClaim } from '../../client/storage/claim.ts'
import { afterRealTime } from '../machine/real-timers.ts'

/** A separate page on this origin, like a tab: its locks and channels end with it. */
class Page {
  readonly #frame = document.createElement('iframe')

  constructor() {
    document.body.append(this.#frame)
  }

  get means(): ClaimMeans {
    return claimMeans(this.#frame.contentWindow as unknown as typeof globalThis)
  }

  /** Closes the page as a person closes a tab. */
  onHide(action: () => void): void {
    this.#frame.contentWindow?.addEventListener('pagehide', action)
  }

  close(): void {
    this.#frame.remove()
  }
}

const clock = { now: () => Date.now(), after: afterRealTime }

/**
 * Milliseconds. No claim of a free name lasts so long, even on the busiest machine; a test in which a name is wrongly
 * waited for fails.
 */
const endlessPatienceMs = 600_000

const called = (listener: Mock): Promise<unknown> =>
  vi.waitUntil(() => listener.mock.calls.length > 0, { timeout: 5_000 })

describe.each([
  ['web-lock', (means: ClaimMeans): ClaimMeans => ({ locks: means.locks })],
  // With marks: on a busy machine an answer may take longer than the time for objections.
  ['channel', ({ openChannel, openMarks }: ClaimMeans): ClaimMeans => ({ openChannel, openMarks })],
] as const)('a claim by %s between pages', (by, meansOf) => {
  const pages: Page[] = []
  const openPage = (): Page => {
    const page = new Page()
    pages.push(page)
    return page
  }

  afterEach(() => {
    for (const page of pages.splice(0)) page.close()
  })

  const name = (): string => `node-${crypto.randomUUID().slice(0, 8)}`
  const claimFrom = (page: Page, claimed: string, onHeldElsewhere: Mock<() => void>): ClaimOptions => ({
    net: 'main',
    name: claimed,
    means: meansOf(page.means),
    clock,
    random: Math.random,
    onHeldElsewhere,
    onLost: () => undefined,
  })
  const claim = (
    page: Page,
    claimed: string,
    onHeldElsewhere = vi.fn<() => void>(),
    signal?: AbortSignal,
  ): Promise<NameClaim> => claimName({ ...claimFrom(page, claimed, onHeldElsewhere), signal })

  it('without patience reports a held name at once, and no free name', async () => {
    const [mine, theirs] = [name(), name()]
    await claim(openPage(), theirs)
    const reported = vi.fn()
    // On this clock time passes only while a channel waits for an objection.
    const noTime = { now: () => 0, after: by === 'web-lock' ? () => () => {} : clock.after }
    const claimAtOnce = (claimed: string): Promise<NameClaim> =>
      claimName({ ...claimFrom(openPage(), claimed, reported), clock: noTime, patienceMs: 0 })
    const held = await claimAtOnce(mine)
    expect(held.by).toBe(by)
    expect(reported).not.toHaveBeenCalled()
    const waiting = claimAtOnce(theirs)
    await called(reported)
    pages[0]?.close()
    if (by === 'web-lock') expect((await waiting).by).toBe(by)
  })

  it('is held at once by a page alone', async () => {
    const onHeldElsewhere = vi.fn()
    const held = await claimName({
      ...claimFrom(openPage(), name(), onHeldElsewhere),
      patienceMs: endlessPatienceMs,
    })
    expect(held.by).toBe(by)
    expect(onHeldElsewhere).not.toHaveBeenCalled()
  })

  it('waits for the other page, and gets the name when that page releases it', async () => {
    const claimed = name()
    const first = await claim(openPage(), claimed)
    const onHeldElsewhere = vi.fn()
    const second = claim(openPage(), claimed, onHeldElsewhere)
    await called(onHeldElsewhere)
    first.release()
    expect((await second).by).toBe(by)
    expect(onHeldElsewhere).toHaveBeenCalledTimes(1)
  })

  it('gets the name when the page that holds it has crashed', async () => {
    const claimed = name()
    const page = openPage()
    await claim(page, claimed)
    const onHeldElsewhere = vi.fn()
    const second = claim(openPage(), claimed, onHeldElsewhere)
    await called(onHeldElsewhere)
    page.close()
    // As if the crash was `markLifeMs` ago.
    localStorage.removeItem(`grapevine claim grapevine:main:${claimed}`)
    expect((await second).by).toBe(by)
  })

  it('goes to one of two pages that claim it at the same moment', async () => {
    const claimed = name()
    const heldElsewhere = [vi.fn(), vi.fn()]
    const claims = heldElsewhere.map((onHeldElsewhere) => claim(openPage(), claimed, onHeldElsewhere))
    const winner = await Promise.race(claims)
    await Promise.any(heldElsewhere.map(called))
    expect(heldElsewhere.filter(({ mock }) => mock.calls.length > 0)).toHaveLength(1)
    winner.release()
    expect(new Set(await Promise.all(claims)).size).toBe(2)
  })

  it('works between two nodes of one page, too', async () => {
    const claimed = name()
    const page = openPage()
    const first = await claim(page, claimed)
    const onHeldElsewhere = vi.fn()
    const second = claim(page, claimed, onHeldElsewhere)
    await called(onHeldElsewhere)
    first.release()
    await second
  })

  it('can be aborted while it waits', async () => {
    const claimed = name()
    await claim(openPage(), claimed)
    const abort = new AbortController()
    const onHeldElsewhere = vi.fn()
    const second = claim(openPage(), claimed, onHeldElsewhere, abort.signal)
    await called(onHeldElsewhere)
    abort.abort(new Error('stopped'))
    await expect(second).rejects.toThrow('stopped')
  })

  it('can be queried by any page, including its holder, and the query does not change it', async () => {
    const claimed = name()
    const page = openPage()
    const ask = (from: Page): Promise<boolean> =>
      isNameClaimed({ net: 'main', name: claimed }, meansOf(from.means), clock)
    expect(await ask(page)).toBe(false)
    const onHeldElsewhere = vi.fn()
    const claiming = claimName({ ...claimFrom(page, claimed, onHeldElsewhere), patienceMs: endlessPatienceMs })
    const [held] = await Promise.all([claiming, ask(openPage())])
    expect([await ask(page), await ask(openPage())]).toEqual([true, true])
    held.release()
    await vi.waitUntil(async () => !(await ask(openPage())), { timeout: 5_000 })
    expect(onHeldElsewhere).not.toHaveBeenCalled()
  })

  it('concerns no other name and no other network', async () => {
    const claimed = name()
    await claim(openPage(), claimed)
    const onHeldElsewhere = vi.fn()
    const others = [
      claimFrom(openPage(), `${claimed}2`, onHeldElsewhere),
      { ...claimFrom(openPage(), claimed, onHeldElsewhere), net: 'class-7' },
    ]
    for (const other of others) await claimName({ ...other, patienceMs: endlessPatienceMs })
    expect(onHeldElsewhere).not.toHaveBeenCalled()
  })
})

describe('a claim by channel', () => {
  it('releases the name when its page is unloaded', async () => {
    const page = new Page()
    const name = `node-${crypto.randomUUID().slice(0, 8)}`
    const { openChannel } = page.means
    const options = { net: 'main', name, clock, random: Math.random, onHeldElsewhere: vi.fn(), onLost: vi.fn() }
    const claim = await claimName({ ...options, means: { openChannel } })
    const channel = new BroadcastChannel(`grapevine:main:${name}`)
    const message = new Promise((resolve) => {
      channel.addEventListener('message', ({ data }) => resolve(data))
    })
    page.onHide(() => claim.release())
    page.close()
    expect(await message).toMatchObject({ kind: 'released' })
    channel.close()
  })
})
