/** Writes the vectors. By hand, after the wire has changed: `node test/run-script.js test/gossip/vectors/generator/write-vectors.ts` */
import { writeVectors } from '../vector-files.ts'
import { makeVectors } from './make-vectors.ts'

await writeVectors(makeVectors())
