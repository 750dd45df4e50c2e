import { blockBytesOf, blockCountOf, parseBlockRecord } from './block-record.ts'
import type { Database, LedgerRecord } from './database.ts'

export type Ledger = { -readonly [Field in keyof LedgerRecord]: LedgerRecord[Field] }

export const emptyLedger = (net: string, name: string): Ledger => ({
  net,
  name,
  usedAt: 0,
  networkMs: 0,
  newestAt: 0,
  blocks: 0,
  bytes: 0,
})

export const parseLedgerRecord = (value: unknown): LedgerRecord | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as { readonly [Field in keyof LedgerRecord]?: unknown }
  // Records of earlier builds have no network time: their blocks age from now on.
  const { net, name, usedAt, networkMs = 0, newestAt, blocks, bytes } = fields
  if (typeof net !== 'string' || typeof name !== 'string') return undefined
  if (!isFigure(networkMs)) return undefined
  if (!isFigure(usedAt) || !isFigure(newestAt) || !isFigure(blocks) || !isFigure(bytes)) return undefined
  return { net, name, usedAt, networkMs, newestAt, blocks, bytes }
}

const isFigure = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity

/** Measures a ledger that has no record, by reading its blocks. It counts as the one unused for longest. */
export const measureLedger = async (database: Database, net: string, name: string): Promise<LedgerRecord> => {
  const measured = emptyLedger(net, name)
  const index = database.transaction('blocks').store.index('by-node')
  for await (const { value } of index.iterate(IDBKeyRange.only([net, name]))) {
    measured.blocks += blockCountOf(value)
    measured.bytes += blockBytesOf(value)
    measured.newestAt = Math.max(measured.newestAt, parseBlockRecord(value)?.at(-1)?.arrivedAt ?? 0)
  }
  return measured
}
