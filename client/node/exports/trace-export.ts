import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { FileOrigin, ReceiptsSnapshot, TraceFile } from '../api/grapevine.ts'
import { exportedMessage } from './message-export.ts'

export const traceJson = (
  origin: FileOrigin,
  entry: Entry,
  route: readonly Hop[],
  { isAsked, receipts }: ReceiptsSnapshot,
): string => {
  const file: TraceFile = {
    format: 'grapevine-trace',
    version: 1,
    ...origin,
    message: exportedMessage(entry),
    route,
    isAsked,
    receipts,
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}
