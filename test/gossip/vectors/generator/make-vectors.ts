import type { Vectors } from '../vector-files.ts'
import { makeBlocks, makeKeys } from './sample-blocks.ts'
import { makeCbor } from './make-cbor.ts'
import { makeEphemerals } from './sample-ephemerals.ts'
import { makeFrames, makeNotices } from './make-frames.ts'
import { makeLedgers } from './make-ledgers.ts'
import { makeRefused } from './make-refused.ts'
import { makeSignatures } from './make-signatures.ts'

/** All vectors. Each call gives the same: keys, times and texts are fixed, and Ed25519 has no random part. */
export const makeVectors = (): Vectors => ({
  keys: makeKeys(),
  blocks: makeBlocks(),
  notices: makeNotices(),
  ephemerals: makeEphemerals(),
  frames: makeFrames(),
  refused: makeRefused(),
  ledgers: makeLedgers(),
  signatures: makeSignatures(),
  cbor: makeCbor(),
})
