import type { BlockRun } from '../gossip/wire/block.ts'
import type { Log } from '../gossip/ledger/log.ts'
import type { Fork, ForkedBlock } from './api/grapevine.ts'

/** The forks among these logs, with their proofs. */
export const forksOf = (logs: Iterable<Log>): readonly Fork[] => {
  const forks: Fork[] = []
  for (const { fork } of logs) {
    if (!fork) continue
    const { one, other } = fork.proof
    const [{ name, author, epoch, height }] = one
    forks.push({ name, peerId: author, epoch, height, proof: [forkedBlock(one), forkedBlock(other)] })
  }
  return forks
}

const forkedBlock = ([{ hash, firstSeq, entries }]: BlockRun): ForkedBlock => ({
  hash,
  entries: entries.map(({ time, body }, index) => ({ seq: firstSeq + index, time, body })),
})
