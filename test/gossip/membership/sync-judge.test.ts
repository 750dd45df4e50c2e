import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { LedgerHistory } from '../../../client/gossip/ledger/ledger-history.ts'
import { SyncJudge } from '../../../client/gossip/membership/sync-judge.ts'
import { sketchSize } from '../../../client/gossip/wire/announcement.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { announcementOf } from '../notice-samples.ts'

const other = fakePeerId(2)

const sketchOf = (height: number): number[] => Array.from({ length: sketchSize }, (_, sum) => (sum === 0 ? height : 0))

/** A node with one log in its ledger, and the announcements of another node. */
const startJudge = () => {
  let height = 0
  let heightOfOthersLog = 0
  const read = () => ({ digest: `here ${height}`, sketch: sketchOf(height) })
  const history = new LedgerHistory(gossipLimits, read)
  const judge = new SyncJudge(gossipLimits, history, () => heightOfOthersLog)
  return {
    judge,
    /** From now on the ledger here holds the log up to this height. */
    hold: (now: number, to: number): void => {
      height = to
      history.changed(now)
      history.run(now)
    },
    holdOthersLog: (to: number): void => {
      heightOfOthersLog = to
    },
    /** The other node announces that it holds the log up to this height, and this many entries of its own. */
    hear: (now: number, reached: number, ownHeight = 0): void =>
      judge.noteAnnouncement(announcementOf(2, { sketch: sketchOf(reached), height: ownHeight }), now),
    isInSync: (now: number, digest = 'another'): boolean => judge.isInSync(other, digest, read().digest, now),
  }
}

type Judged = ReturnType<typeof startJudge>

/** One block each second from 0 s to 20 s: at `second` the ledger here has the height `second`. */
const startBusy = (hear: (judged: Judged, second: number) => void): Judged => {
  const judged = startJudge()
  for (let second = 0; second <= 20; second += 1) {
    judged.hold(second * 1_000, second)
    hear(judged, second)
  }
  return judged
}

interface Case {
  readonly what: string
  readonly start: () => Judged
  /** The expected verdicts by the time in milliseconds. */
  readonly verdicts: Readonly<Record<number, boolean>>
}

describe('a node with the digest', () => {
  it('of this node, now or within 5 s, is in sync [N7]', () => {
    const { hold, isInSync } = startJudge()
    hold(0, 1)
    hold(1_000, 2)
    expect(isInSync(60_000, 'here 2')).toBe(true)
    expect(isInSync(5_900, 'here 1')).toBe(true)
    expect(isInSync(6_100, 'here 1')).toBe(false)
  })
})

describe('a node with another digest, while blocks flow, [N7]', () => {
  it.each<Case>([
    {
      what: 'is in sync if it receives the blocks, until its announcement is old',
      start: () => startBusy(({ hear }, second) => second % 3 === 0 && hear(second * 1_000, second - 1)),
      verdicts: { 20_000: true, 24_900: true, 25_000: false },
    },
    {
      what: 'is not in sync if it was 6 s behind when it announced itself',
      start: () => startBusy(({ hear }, second) => second === 20 && hear(20_000, 14)),
      verdicts: { 20_000: false },
    },
    {
      what: 'is in sync if it was 5 s behind',
      start: () => startBusy(({ hear }, second) => second === 20 && hear(20_000, 15)),
      verdicts: { 20_000: true },
    },
    {
      what: 'is not in sync before it has announced itself',
      start: () => startBusy(() => {}),
      verdicts: { 20_000: false },
    },
    {
      what: 'is not in sync if it has announced nothing while blocks came',
      start: () => startBusy(({ hear }, second) => second === 5 && hear(5_000, 5)),
      verdicts: { 20_000: false },
    },
    {
      what: 'is not in sync if its first announcement names blocks that are missing here',
      start: () => startBusy(({ hear }, second) => second === 20 && hear(20_000, 25)),
      verdicts: { 20_000: false },
    },
    {
      what: 'is in sync once the missing blocks have come here',
      start: () => startBusy(({ hear }, second) => second === 18 && hear(18_000, 20)),
      verdicts: { 20_000: true },
    },
    {
      what: 'may be ahead for 5 s after an announcement in which it was not',
      start: () =>
        startBusy(({ hear }, second) => {
          if (second === 15) hear(15_000, 15)
          if (second === 17) hear(17_000, 30)
          if (second === 20) hear(20_000, 40)
        }),
      verdicts: { 20_000: true, 21_900: true, 22_000: false },
    },
    {
      what: 'is not in sync while its own entries, which its first announcement names, are missing here',
      start: () => startBusy(({ hear }, second) => second === 20 && hear(20_000, 20, 7)),
      verdicts: { 20_000: false },
    },
    {
      what: 'is in sync once its own entries are here',
      start: () => {
        const judged = startBusy(({ hear }, second) => second === 20 && hear(20_000, 20, 7))
        judged.holdOthersLog(7)
        return judged
      },
      verdicts: { 20_000: true },
    },
    {
      what: 'may have own entries that are missing here, for 5 s',
      start: () =>
        startBusy(({ hear }, second) => {
          if (second >= 15) hear(second * 1_000, second, second >= 17 ? 7 : 0)
        }),
      verdicts: { 21_900: true, 22_000: false },
    },
    {
      what: 'is judged from the beginning after it was quiet',
      start: () =>
        startBusy(({ hear, judge }, second) => {
          if (second === 15) hear(15_000, 15)
          if (second === 16) judge.keep(new Map([[other, 'quiet']]))
          if (second === 20) hear(20_000, 25)
        }),
      verdicts: { 20_000: false },
    },
  ])('$what', ({ start, verdicts }) => {
    const { isInSync } = start()
    const shown = Object.keys(verdicts).map((now) => [now, isInSync(Number(now))])
    expect(Object.fromEntries(shown)).toEqual(verdicts)
  })
})
