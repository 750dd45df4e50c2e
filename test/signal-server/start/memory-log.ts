import type { Log } from '../../../signal-server/start/log.ts'
import { createLog } from '../../../signal-server/start/log.ts'

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string }

/** A log that keeps its lines in memory. */
export const createMemoryLog = (): { log: Log; lines: LogLine[] } => {
  const lines: LogLine[] = []
  return { log: createLog('info', { write: (line) => void lines.push(JSON.parse(line)) }), lines }
}
