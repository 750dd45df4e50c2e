import { createHash } from 'node:crypto'

/** Of one length for every text, as a comparison in constant time needs it. */
export const secretDigest = (text: string): Buffer => createHash('sha256').update(text).digest()
