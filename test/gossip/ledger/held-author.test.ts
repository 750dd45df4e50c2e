import { expect, it } from 'vitest'
import { filledLedger } from './filled-ledger.ts'

it('[R1] an author of several logs loses blocks of the largest one, so that each log keeps its head', () => {
  const { link, bring, logsOf } = filledLedger({ maxBlocks: 100 })
  link(1)
  bring({ from: 1, author: 10, load: 1, blocks: 5 })
  bring({ from: 1, author: 10, load: 2, blocks: 300 })
  expect(logsOf(10).map(({ size }) => size)).toEqual([5, 95])
})
