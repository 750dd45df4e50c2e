import type { VerifiedBlock } from '../../../../client/gossip/wire/block.ts'
import { encodeFrame } from '../../../../client/gossip/codec/codec.ts'
import { type LedgerVector, toHex } from '../vector-files.ts'
import { SampleNode } from './sample-node.ts'
import { aliceLog, bobBlock, carolBlock, carryRun, laterBlock, otherTwo } from './sample-blocks.ts'

const [one, two, three] = aliceLog

interface SampleLog {
  readonly held: readonly VerifiedBlock[]
  readonly fork?: { readonly one: readonly VerifiedBlock[]; readonly other: readonly VerifiedBlock[] }
}

const fork = { one: [two, three], other: [otherTwo] }

const samples: readonly (readonly [string, readonly SampleLog[]])[] = [
  ['an empty ledger', []],
  ['one block', [{ held: [one] }]],
  ['a log of three blocks', [{ held: [one, two, three] }]],
  ['the same log from its second block on: the same digest, another retention digest', [{ held: [two, three] }]],
  [
    'four logs of three authors',
    [{ held: [carolBlock] }, { held: [one, two] }, { held: [bobBlock] }, { held: [laterBlock] }],
  ],
  ['a log that forks at its second block', [{ held: [one, two, three], fork }]],
  ['the same log on a node that holds only the block below the fork', [{ held: [one], fork }]],
  ['the same log on a node that holds only blocks from the fork on', [{ held: [two, three], fork }]],
  ['a fork of a log of which no block is held and no age is known', [{ held: [bobBlock] }, { held: [], fork }]],
]

/** Of all summaries. */
const [saltOne, saltOther] = [0x01234567, 0x89abcdef]

const hexOf = (blocks: readonly VerifiedBlock[]): readonly string[] => blocks.map(({ bytes }) => toHex(bytes))

export const makeLedgers = (): readonly LedgerVector[] =>
  samples.map(([title, logs]) => {
    const proofs = logs.flatMap(({ fork: proof }) =>
      proof ? [encodeFrame({ type: 'fork', one: carryRun(proof.one, []), other: carryRun(proof.other, []) })] : [],
    )
    const node = new SampleNode(logs.flatMap(({ held }) => held))
    for (const proof of proofs) node.receive(proof)
    const { digest, retention } = node.hello()
    const counted = node.countedLogs()
    return {
      title,
      logs: logs.map(({ held, fork: proof }) => ({
        held: hexOf(held),
        ...(proof && { fork: { one: hexOf(proof.one), other: hexOf(proof.other) } }),
      })),
      proofs: proofs.map(toHex),
      texts: counted.map(({ digestText }) => digestText).sort(),
      digest,
      retentionTexts: counted
        .filter(({ retainedFrom }) => retainedFrom > 1)
        .map(({ id, retainedFrom }) => `${id} ${retainedFrom}`)
        .sort(),
      retention,
      sketch: node.sketch(),
      summary: { saltOne, saltOther, cells: toHex(node.summary({ one: saltOne, other: saltOther })) },
      frontier: node
        .frontier()
        .map(({ log, height, hash, forkHeight, oldest }) => ({ log, height, hash, forkHeight, oldest })),
    }
  })
