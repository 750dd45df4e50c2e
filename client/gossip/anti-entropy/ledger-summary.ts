import type { Log } from '../ledger/log.ts'
import { type Salt, saltedHash } from './salted-hash.ts'

/** Two bytes hide one of 65,536 differences until the next comparison, which has another salt. */
const cellBytes = 2

type SummarizedLog = Pick<Log, 'id' | 'summaryText'>

/** One log in a summary. */
interface Place {
  /** By the log's id alone, so the states that two nodes hold of one log are in the same cell. */
  readonly cell: number
  /** 16 bits, of the log's id and state. */
  readonly print: number
}

/**
 * What a node holds, in two bytes for each log, so that the frontiers of a new link name only what may differ. Each cell is
 * the XOR of its logs' prints; with as many cells as logs a cell has one log on average. Cells and prints depend on the
 * salt, so nobody can make logs in advance that hide each other or share one cell.
 */
export const summarize = (logs: readonly SummarizedLog[], cells: number, salt: Salt): Uint8Array<ArrayBuffer> => {
  const view = new DataView(new ArrayBuffer(cells * cellBytes))
  const prints = printsOf(
    logs.map((log) => placeOf(log, cells, salt)),
    cells,
  )
  for (const [cell, print] of prints.entries()) view.setUint16(cell * cellBytes, print)
  return new Uint8Array(view.buffer)
}

/**
 * The logs here that are in cells in which a neighbour's summary differs: it may hold them otherwise, or not at all. It
 * holds all other logs as they are here. `summary`: one cell at least.
 */
export const pickDiffering = <Held extends SummarizedLog>(
  logs: readonly Held[],
  summary: Uint8Array,
  salt: Salt,
): Held[] => {
  const cells = summary.length / cellBytes
  const theirs = new DataView(summary.buffer, summary.byteOffset, summary.length)
  const places = logs.map((log) => placeOf(log, cells, salt))
  const ours = printsOf(places, cells)
  return logs.filter((_, index) => {
    const cell = places[index]?.cell ?? 0
    return ours[cell] !== theirs.getUint16(cell * cellBytes)
  })
}

const placeOf = ({ id, summaryText }: SummarizedLog, cells: number, salt: Salt): Place => {
  const idHash = saltedHash(id, salt)
  // The state's hash depends on the id's. If both were only added, two logs that exchange states would hide each other.
  const print = saltedHash(summaryText.slice(id.length), { one: idHash >>> 0, other: salt.other }) & 0xffff
  return { cell: idHash % cells, print }
}

const printsOf = (places: readonly Place[], cells: number): Uint16Array => {
  const prints = new Uint16Array(cells)
  for (const { cell, print } of places) prints[cell] = (prints[cell] ?? 0) ^ print
  return prints
}
