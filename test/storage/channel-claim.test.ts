import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storageLimits } from '../../client/storage/limits.ts'
import { claimName, isNameClaimed } from '../../client/storage/name-claim.ts'
import { MemoryStorage } from './memory-storage.ts'
import { VirtualClock } from './virtual-clock.ts'
import type { NameClaim } from '../../client/storage/claim.ts'

/** Does it now, later or never, as the tab does that it is for. */
type Run = (action: () => void) => void

/** BroadcastChannels of one browser: messages of one sender arrive in order, each receiver's after a time of its own. */
class Browser {
  readonly clock = new VirtualClock()
  readonly marks = new MemoryStorage()
  readonly #channels = new Set<{ readonly receive: (data: unknown) => void; readonly run: Run }>()
  readonly #delayMs: () => number

  constructor(delayMs: () => number = () => 1) {
    this.#delayMs = delayMs
  }

  openChannel(run: Run): BroadcastChannel {
    const target = new EventTarget()
    const receiver = {
      run,
      receive: (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data })),
    }
    const lastAt = new Map<unknown, number>()
    const send = (data: unknown): void => {
      for (const other of this.#channels) {
        if (other === receiver) continue
        const at = Math.max(lastAt.get(other) ?? 0, this.clock.now() + this.#delayMs())
        lastAt.set(other, at)
        this.clock.after(at - this.clock.now(), () => {
          other.run(() => {
            if (this.#channels.has(other)) other.receive(data)
          })
        })
      }
    }
    this.#channels.add(receiver)
    return Object.assign(target, {
      postMessage: (data: unknown) => send(structuredClone(data)),
      close: () => this.#channels.delete(receiver),
    }) as unknown as BroadcastChannel
  }
}

const always: Run = (action) => action()

/** A tab that claims the name node1. */
class Tab {
  claim: NameClaim | undefined
  timesHeldElsewhere = 0
  timesLost = 0
  isDead = false
  error: unknown
  readonly #abort = new AbortController()
  /** What it has to do once it moves again; undefined: it moves. */
  #missed: (() => void)[] | undefined

  constructor(browser: Browser, random: () => number = () => 0.5, { hasMarks = true } = {}) {
    const { clock } = browser
    const run: Run = (action) => {
      if (this.#missed) this.#missed.push(action)
      else if (!this.isDead) action()
    }
    claimName({
      net: 'main',
      name: 'node1',
      means: { openChannel: () => browser.openChannel(run), ...(hasMarks && { openMarks: () => browser.marks }) },
      clock: { now: () => clock.now(), after: (delayMs, action) => clock.after(delayMs, () => run(action)) },
      random,
      onHeldElsewhere: () => {
        this.timesHeldElsewhere += 1
      },
      onLost: () => {
        this.timesLost += 1
        this.claim = undefined
      },
      signal: this.#abort.signal,
    })
      .then((claim) => (this.claim = claim))
      .catch((error: unknown) => {
        this.error = error
      })
  }

  get holds(): boolean {
    return this.claim !== undefined && !this.isDead
  }

  release(): void {
    this.claim?.release()
    this.claim = undefined
  }

  abort(): void {
    this.#abort.abort(new Error('stopped'))
  }

  standStill(): void {
    this.#missed = []
  }

  moveAgain(): void {
    const missed = this.#missed ?? []
    this.#missed = undefined
    for (const action of missed) action()
  }
}

const { objectionMs, askAgainMs, heldElsewhereMs, silentHolderMs, renewMarkMs } = storageLimits
const takeoverMs = 2 * askAgainMs + silentHolderMs + objectionMs

/** What a tab is told that only asks. */
const isClaimed = async (browser: Browser, name = 'node1'): Promise<boolean> => {
  const openChannel = (key: string): BroadcastChannel =>
    key === 'grapevine:main:node1' ? browser.openChannel(always) : new Browser().openChannel(always)
  const means = { openChannel, openMarks: () => browser.marks }
  const answer = isNameClaimed({ net: 'main', name }, means, browser.clock)
  await browser.clock.pass(objectionMs)
  return answer
}

describe('a claim over a BroadcastChannel', () => {
  it('is held once nobody has objected in time', async () => {
    const browser = new Browser()
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs - 1)
    expect(tab.holds).toBe(false)
    await browser.clock.pass(1)
    expect(tab.claim?.by).toBe('channel')
    expect(tab.timesHeldElsewhere).toBe(0)
  })

  it('waits while another tab holds the name, and says so once', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    const second = new Tab(browser)
    await browser.clock.pass(5)
    // The holder may be this very tab's last document, about to go.
    expect(second.timesHeldElsewhere).toBe(0)
    await browser.clock.pass(heldElsewhereMs)
    expect(second.timesHeldElsewhere).toBe(1)
    await browser.clock.pass(60_000)
    expect([first.holds, second.holds]).toEqual([true, false])
    expect(second.timesHeldElsewhere).toBe(1)
  })

  it('is taken over when the holder releases it', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    const second = new Tab(browser)
    await browser.clock.pass(100)
    first.release()
    await browser.clock.pass(objectionMs + 1)
    expect(second.holds).toBe(true)
  })

  it('is taken over some seconds after the holder crashed', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    const second = new Tab(browser)
    await browser.clock.pass(100)
    first.isDead = true
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(true)
  })

  it('goes to the tab that began first, then to the next', async () => {
    const browser = new Browser()
    const tabs: Tab[] = []
    for (let index = 0; index < 4; index += 1) {
      tabs.push(new Tab(browser))
      await browser.clock.pass(10)
    }
    for (const tab of tabs) {
      await browser.clock.pass(objectionMs + 10)
      expect(tabs.filter(({ holds }) => holds)).toEqual([tab])
      tab.release()
    }
  })

  it('goes to the lower random number if two begin in the same millisecond', async () => {
    const browser = new Browser()
    const [high, low] = [new Tab(browser, () => 0.9), new Tab(browser, () => 0.1)]
    await browser.clock.pass(objectionMs + 10)
    expect([high.holds, low.holds]).toEqual([false, true])
  })

  it('can be given up while waiting', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    const second = new Tab(browser)
    await browser.clock.pass(10)
    second.abort()
    await browser.clock.pass(0)
    expect(second.error).toEqual(new Error('stopped'))
    first.release()
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(false)
  })

  it('frees at once those who yielded to a tab that gives up', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(10)
    const second = new Tab(browser)
    await browser.clock.pass(10)
    first.abort()
    await browser.clock.pass(objectionMs + 1)
    expect(second.holds).toBe(true)
  })

  it('takes no notice of an abort once held, nor of a second release', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    first.abort()
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(false)
    const claim = first.claim
    first.release()
    await browser.clock.pass(objectionMs + 10)
    claim?.release()
    await browser.clock.pass(takeoverMs)
    expect(second.holds).toBe(true)
  })

  it.each([[null], ['held'], [{ kind: 'held' }], [{ kind: 'stolen', since: 0, nonce: 0 }]])(
    'ignores %j',
    async (data) => {
      const browser = new Browser()
      const tab = new Tab(browser)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
      browser.openChannel(always).postMessage(data)
      await browser.clock.pass(objectionMs)
      expect(tab.holds).toBe(true)
    },
  )

  it('tells nothing of a holder that is slow to answer, and does not take its name', async () => {
    const browser = new Browser(() => 3 * objectionMs)
    const holder = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect(holder.holds).toBe(true)
    const late = new Tab(browser)
    await browser.clock.pass(6 * objectionMs - 1)
    expect([late.holds, late.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(60_000)
    expect([holder.holds, late.holds, late.timesHeldElsewhere, holder.timesLost]).toEqual([true, false, 1, 0])
  })

  it('tells a rival that is ahead for no holder, and a holder once it has the name', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(10)
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs - 11)
    expect([first.holds, second.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(2 * heldElsewhereMs)
    expect([first.holds, second.timesHeldElsewhere]).toEqual([true, 1])
  })

  it('is taken from a holder that stands still for long, which loses it when it moves again', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    first.standStill()
    const second = new Tab(browser)
    await browser.clock.pass(silentHolderMs - 1)
    expect([second.holds, second.timesHeldElsewhere]).toEqual([false, 0])
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(true)
    first.moveAgain()
    await browser.clock.pass(10)
    expect([first.holds, first.timesLost]).toEqual([false, 1])
    expect([second.holds, second.timesLost]).toEqual([true, 0])
    // The mark is the second one's by now.
    expect(await isClaimed(browser)).toBe(true)
  })

  it('is not taken by a tab that itself stood still while the holder answered', async () => {
    const browser = new Browser(() => objectionMs + 1)
    const holder = new Tab(browser)
    await browser.clock.pass(objectionMs)
    const late = new Tab(browser)
    late.standStill()
    await browser.clock.pass(silentHolderMs)
    // The timer that waits for an answer is run before the answer that came meanwhile.
    late.moveAgain()
    await browser.clock.pass(3 * objectionMs)
    expect([holder.holds, holder.timesLost, late.holds, late.timesHeldElsewhere]).toEqual([true, 0, false, 1])
  })

  it('is left to one of two that could neither hear each other in time nor leave marks', async () => {
    const browser = new Browser(() => 2 * objectionMs)
    const tabs = [0.1, 0.9].map((nonce) => new Tab(browser, () => nonce, { hasMarks: false }))
    await browser.clock.pass(objectionMs)
    expect(tabs.map(({ holds }) => holds)).toEqual([true, true])
    await browser.clock.pass(2 * objectionMs)
    expect(tabs.map(({ holds }) => holds)).toEqual([false, true])
    await browser.clock.pass(2 * renewMarkMs)
    expect(tabs.map(({ timesLost }) => timesLost)).toEqual([1, 0])
  })

  it('waits for nobody where the mark is of a tab that crashed long ago', async () => {
    const browser = new Browser()
    const first = new Tab(browser)
    await browser.clock.pass(objectionMs)
    first.isDead = true
    await browser.clock.pass(storageLimits.markLifeMs)
    const second = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect(second.holds).toBe(true)
  })

  it('is held by exactly one of any tabs that come, leave and crash', async () => {
    const arrival = fc.record({
      pauseMs: fc.oneof(fc.constantFrom(0, 1), fc.nat(400)),
      event: fc.constantFrom('nothing', 'nothing', 'release', 'crash', 'abort'),
      nonce: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    })
    const delays = fc.array(fc.nat(60), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 2, maxLength: 6 }), delays, async (arrivals, delayMs) => {
        let message = 0
        const browser = new Browser(() => {
          message += 1
          return delayMs[message % delayMs.length] ?? 0
        })
        const tabs: Tab[] = []
        const expectOneAtMost = (): void => expect(tabs.filter(({ holds }) => holds).length).toBeLessThanOrEqual(1)
        for (const { pauseMs, event, nonce } of arrivals) {
          await browser.clock.pass(pauseMs)
          expectOneAtMost()
          const tab = tabs.find(({ holds }) => holds) ?? tabs[0]
          if (event === 'release') tab?.release()
          if (event === 'abort') tab?.abort()
          if (event === 'crash' && tab) tab.isDead = true
          tabs.push(new Tab(browser, () => nonce))
        }
        for (let passed = 0; passed < 3 * takeoverMs; passed += 250) {
          await browser.clock.pass(250)
          expectOneAtMost()
        }
        expect(tabs.filter(({ holds }) => holds)).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  }, 30_000)
})

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

  it('claims nothing where there is nobody to ask', async () => {
    const claim = await claimName({ ...options, means: {} })
    expect(claim.by).toBe('nothing')
    claim.release()
  })

  it('claims nothing where the page may not ask', async () => {
    const locks = { request: () => Promise.resolve().then(denied) } as unknown as LockManager
    expect((await claimName({ ...options, means: { locks, openChannel: denied } })).by).toBe('nothing')
  })

  it('rejects at once if it is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(claimName({ ...options, means: {}, signal })).rejects.toThrow('stopped')
  })

  it('lets any other error through', async () => {
    const openChannel = (): never => {
      throw new TypeError('a fault')
    }
    await expect(claimName({ ...options, means: { openChannel } })).rejects.toThrow('a fault')
  })
})

/** Web Locks of a browser that answers late. Another tab may hold the name. */
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

  it('tells of no other tab where there is none', async () => {
    const clock = new VirtualClock()
    const seen = claim(clock, () => false)
    await clock.pass(449)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: false })
    await clock.pass(60_000)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: true })
  })

  it('tells of another tab when the browser has said so twice, and waits for it', async () => {
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

  it('tells of none where its own last document is about to go', async () => {
    const clock = new VirtualClock()
    const goneAt = clock.now() + 450 + heldElsewhereMs
    const seen = claim(clock, () => clock.now() < goneAt)
    await clock.pass(60_000)
    expect(seen).toEqual({ heldElsewhere: 0, isHeldHere: true })
  })
})

describe('the question whether a name is claimed', () => {
  it('is answered by its holder, and by who is about to hold it', async () => {
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

  it('delays nobody, and makes nobody wait', async () => {
    const browser = new Browser()
    const asking = isClaimed(browser)
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs)
    expect([tab.holds, tab.timesHeldElsewhere]).toEqual([true, 0])
    expect(await asking).toBe(true)
  })

  it('is not answered by others who ask the same', async () => {
    const browser = new Browser()
    expect(await Promise.all([isClaimed(browser), isClaimed(browser)])).toEqual([false, false])
  })

  it('is taken for a yes where a tab has left its mark, and does not answer', async () => {
    const browser = new Browser()
    const tab = new Tab(browser)
    await browser.clock.pass(objectionMs)
    tab.standStill()
    expect(await isClaimed(browser)).toBe(true)
  })

  it('is taken for a yes where there is nobody to ask', async () => {
    expect(await isNameClaimed({ net: 'main', name: 'node1' }, {}, new VirtualClock())).toBe(true)
  })
})
