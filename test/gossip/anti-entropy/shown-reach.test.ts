import { describe, expect, it } from 'vitest'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { apply, carol, createWantList, honest, mallory, type Step, type Unkept } from './wanted-steps.ts'

describe('[P6] what is shown to exist', () => {
  const shownAfter = (steps: readonly Step[], unkept: Unkept, delivering: readonly PeerId[]): number | undefined => {
    const { wanted, dueAt } = createWantList(unkept, gossipLimits, (peer) => delivering.includes(peer))
    for (const step of steps) {
      apply(wanted, step)
      dueAt(step.at)
    }
    const [shown] = wanted.shown(steps.at(-1)?.at ?? 0)
    return shown?.reach
  }
  const [reports, lies] = [
    { at: 0, note: honest, reach: 10 },
    { at: 0, note: mallory, reach: 1_000_000 },
  ] as const
  const again = { at: 2_010, note: mallory, reach: 1_000_000, askAt: 9_000 } as const
  const [all, later] = [
    { at: 10, held: 10, from: honest },
    { at: 2_000, unlinked: carol },
  ] as const

  it.each<[string, readonly Step[], Unkept, number | undefined, PeerId[]?]>([
    ['what the first holder reports, at once', [reports], {}, 10],
    ['the least report until one is delivered', [lies, reports], {}, 10],
    ['no report of a holder with an unkept promise', [lies], { [mallory]: 1 }, undefined],
    ['no report after a request timed out', [lies, { ...reports, askAt: 9_000 }, later], {}, undefined],
    [
      'the report of a holder that is delivering other logs',
      [lies, { ...reports, askAt: 9_000 }, later],
      {},
      10,
      [honest],
    ],
    [
      'no report of such a holder that let a request for this log time out',
      [lies, { ...reports, askAt: 9_000 }, later, again],
      {},
      undefined,
      [mallory],
    ],
    ['no report after another holder has delivered all that it reported', [reports, lies, all], {}, undefined],
    ['the greatest report of delivering holders', [reports, { at: 10, held: 5, from: honest }, lies], {}, 10],
  ])('is %s', (_what, steps, unkept, expected, delivering = []) => {
    expect(shownAfter(steps, unkept, delivering)).toBe(expected)
  })
})
