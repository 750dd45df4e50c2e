import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { apply, carol, createWantList, honest, log, mallory, type Step, type Unkept } from './wanted-steps.ts'

const names = new Map([
  [honest, 'honest'],
  [carol, 'carol'],
  [mallory, 'mallory'],
])

/** When which holder is asked, which of them let a request time out, and how many logs are wanted in the end. */
const play = (steps: readonly Step[], unkept?: Unkept) => {
  const { wanted, deadline, dueAt } = createWantList(unkept)
  const asked: string[] = []
  const failed: string[] = []
  for (let now = 0; now <= 8_000; now += 10) {
    for (const step of steps) if (step.at === now) apply(wanted, step)
    if (deadline.at > now) continue
    deadline.set(Infinity)
    const result = dueAt(now)
    for (const { from } of result.due) asked.push(`${now} ${names.get(from)}`)
    for (const peer of result.failed) failed.push(`${now} ${names.get(peer)}`)
  }
  return { asked, failed, size: wanted.size }
}

const much = gossipLimits.maxSyncBytes

const table: readonly {
  readonly name: string
  readonly unkept?: Unkept
  readonly steps: readonly Step[]
  readonly asked: readonly string[]
  readonly failed?: readonly string[]
}[] = [
  {
    name: 'is requested of one holder if its answer comes soon',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      { at: 400, held: 10, from: honest },
    ],
    asked: ['0 honest'],
  },
  {
    name: 'is requested of one holder after its pause, which another holder’s report can shorten',
    steps: [
      { at: 0, note: honest, reach: 10, askAt: 600 },
      { at: 100, note: carol, reach: 10, askAt: 300 },
      { at: 310, held: 10, from: carol },
    ],
    asked: ['300 carol'],
  },
  {
    name: 'is requested of a further holder at each step while nothing comes',
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      { at: 0, note: honest, reach: 10 },
      { at: 1_200, held: 10, from: honest },
    ],
    asked: ['0 mallory', '500 carol', '1000 honest'],
  },
  {
    name: 'is requested of a further holder while an answer drips in',
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 0, note: honest, reach: 10 },
      { at: 300, held: 1, from: mallory },
      { at: 450, held: 2, from: mallory },
      { at: 600, held: 10, from: honest },
    ],
    asked: ['0 mallory', '500 honest'],
  },
  {
    name: 'is requested of no further holder while it makes good progress',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      ...[400, 800, 1_200, 1_600].map((at, index) => ({ at, held: index + 1, from: honest, bytes: much })),
      { at: 1_900, held: 10, from: honest },
    ],
    asked: ['0 honest'],
  },
  {
    name: 'is requested of one further holder in the time of a request, even while it makes good progress',
    steps: [
      { at: 0, note: mallory, reach: 99 },
      { at: 0, note: honest, reach: 99 },
      ...[400, 800, 1_200, 1_600, 1_900].map((at, index) => ({ at, held: index + 1, from: mallory, bytes: much })),
      { at: 2_100, held: 99, from: honest },
    ],
    asked: ['0 mallory', '2000 honest'],
  },
  {
    name: 'is requested of an honest holder first, however much others report after it',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 0, note: mallory, reach: 1_000_000 },
      { at: 100, held: 10, from: honest },
    ],
    asked: ['0 honest', '100 mallory'],
    failed: ['2100 mallory'],
  },
  {
    name: 'is requested last of the holder with most unkept promises',
    unkept: { [mallory]: 2, [carol]: 1 },
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      { at: 0, note: honest, reach: 5 },
      { at: 1_200, held: 10, from: mallory },
    ],
    asked: ['0 honest', '500 carol', '1000 mallory'],
  },
  {
    name: 'is requested first of holders that have as much as was reported first',
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 0, note: carol, reach: 5 },
      { at: 0, note: honest, reach: 10 },
      { at: 600, held: 10, from: honest },
    ],
    asked: ['0 mallory', '500 honest'],
  },
  {
    name: 'is requested of a holder that reports it while others are silent, without further delay',
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 1_300, note: honest, reach: 10 },
      { at: 1_400, held: 10, from: honest },
    ],
    asked: ['0 mallory', '1300 honest'],
  },
  {
    name: 'is requested again of the holder that brings most, and not of the others, if their answers had no more room',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      { at: 600, held: 1, from: honest, bytes: 2_000 },
      { at: 610, held: 2, from: carol, bytes: 1_000 },
      { at: 620, moreFrom: carol },
      { at: 630, moreFrom: honest },
      { at: 700, held: 10, from: honest },
    ],
    asked: ['0 honest', '500 carol', '630 honest'],
  },
  {
    name: 'fails at no holder that brought what another holder had brought before',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 0, note: carol, reach: 10 },
      { at: 550, held: 1, from: honest },
      { at: 600, copyFrom: carol },
      { at: 2_300, held: 2, from: honest, bytes: much },
      { at: 2_590, held: 3, from: honest, bytes: much },
      { at: 2_700, held: 10, from: honest },
    ],
    asked: ['0 honest', '500 carol'],
  },
  {
    name: 'is requested once of a holder that is silent, until it reports the log again',
    steps: [
      { at: 0, note: mallory, reach: 10 },
      { at: 3_000, note: mallory, reach: 10 },
    ],
    asked: ['0 mallory', '3000 mallory'],
    failed: ['2000 mallory', '5000 mallory'],
  },
  {
    name: 'is requested again after frames were lost, once without blame for the holder',
    steps: [
      { at: 0, note: honest, reach: 10 },
      { at: 1_500, lossTo: honest, since: 1_000 },
      // Otherwise the logs that a silent neighbour invents would stay in the list for ever.
      { at: 3_000, lossTo: honest, since: 2_500 },
    ],
    asked: ['0 honest', '1500 honest'],
    failed: ['3500 honest'],
  },
  {
    name: 'is requested of another holder at once if the link to the one that was asked ends',
    steps: [
      { at: 0, note: carol, reach: 10 },
      { at: 0, note: honest, reach: 10 },
      { at: 100, unlinked: carol },
      { at: 200, held: 10, from: honest },
    ],
    asked: ['0 carol', '100 honest'],
  },
  {
    name: 'can be history, whose reach is minus the oldest height',
    steps: [
      { at: 0, note: honest, reach: -50 },
      { at: 0, note: mallory, reach: -1 },
      { at: 100, held: -80, from: honest },
      { at: 200, held: -50, from: honest },
    ],
    asked: ['0 honest', '200 mallory'],
    failed: ['2200 mallory'],
  },
]

describe('[P1] [P6] [S2] a log that is wanted', () => {
  it.each(table.map((row) => [row.name, row] as const))('%s', (_name, { steps, unkept, asked, failed = [] }) => {
    expect(play(steps, unkept)).toEqual({ asked, failed, size: 0 })
  })

  it('is requested of all holders within 3 s, as many as there are links', () => {
    const { wanted, dueAt } = createWantList()
    const holders = Array.from({ length: gossipLimits.maxLinks }, (_, index) => fakePeerId(index + 1))
    for (const holder of holders) wanted.note(log, 1, holder, false, 0)
    const counts: number[] = []
    for (let now = 0; now <= 3_000; now += 500) {
      // The first ones have timed out by then, and are not asked again.
      counts.push(dueAt(now).due.length)
    }
    expect(counts).toEqual([1, 1, 2, 4, 8, 16, 32])
  })

  it('is not requested twice if an earlier answer had no more room, because its own answer is still to come', () => {
    const { wanted, dueAt } = createWantList()
    const [first, second, later] = ['first', 'second', 'later'] as [LogId, LogId, LogId]
    for (const early of [first, second]) wanted.note(early, 1, honest, false, 0)
    expect(dueAt(0).due).toHaveLength(2)
    wanted.note(later, 1, honest, false, 10)
    expect(dueAt(10).due.map(({ key }) => key)).toEqual([later])
    wanted.noteHeld(first, 1, honest, 20, 100)
    wanted.continueWith(honest, 20)
    expect(dueAt(20).due.map(({ key }) => key)).toEqual([second])
  })

  it('is requested of another holder if it found no room in an answer', () => {
    const { wanted, dueAt } = createWantList()
    const [first, second] = ['first', 'second'] as [LogId, LogId]
    for (const holder of [carol, honest]) for (const each of [first, second]) wanted.note(each, 1, holder, false, 0)
    expect(dueAt(0).due.map(({ from }) => from)).toEqual([carol, carol])
    wanted.noteHeld(first, 1, carol, 20, 100)
    wanted.continueWith(carol, 20)
    expect(dueAt(20).due).toEqual([{ key: second, from: honest, graft: false, othersAsked: 0 }])
  })

  it.each([
    ['the first that a neighbour with unkept promises reported', { [mallory]: 1 }, [mallory, honest, honest, honest]],
    ['the first of the neighbour that reported most', {}, [mallory, mallory, mallory, honest]],
  ])('makes room for a log of an honest neighbour, if the list is full: %s', (_what, unkept, holders) => {
    const { wanted, dueAt } = createWantList(unkept, { ...gossipLimits, maxLogs: 3 })
    const logs = holders.map((_, index) => `${index}` as LogId)
    for (const [index, holder] of holders.entries()) {
      expect(wanted.note(logs[index] ?? log, 1, holder, false, 0)).toBe(true)
    }
    expect(logs.map((each) => wanted.has(each))).toEqual([false, true, true, true])
    expect(wanted.note(log, 1, mallory, false, 0)).toBe(false)
    // It has to report the displaced log again.
    expect([...dueAt(0).failed]).toEqual([mallory])
  })
})
