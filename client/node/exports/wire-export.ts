import type { FileOrigin, WireEnvelope, WireFile, WireSnapshot } from '../api/grapevine.ts'
import { type FileText, listText } from './file-text.ts'

/** Each envelope is decoded as its turn comes. */
export const wireJson = (origin: FileOrigin, { envelopes, totals }: WireSnapshot): FileText => {
  const head: Omit<WireFile, 'envelopes'> = {
    format: 'grapevine-wire',
    version: 1,
    ...origin,
    totals: Object.fromEntries(totals),
  }
  return listText(head, 'envelopes', envelopes, (envelope: WireEnvelope) => envelope)
}
