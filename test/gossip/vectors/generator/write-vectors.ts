/**
 * Writes the vectors, and those parts of SPEC.md that are made from them and from `limits.ts`. By hand, after the wire or a
 * limit has changed: `node test/run-script.js test/gossip/vectors/generator/write-vectors.ts && npm run fix`
 */
import { renewSpec } from '../../spec-text.ts'
import { writeVectors } from '../vector-files.ts'
import { makeVectors } from './make-vectors.ts'

await writeVectors(makeVectors())
await renewSpec()
