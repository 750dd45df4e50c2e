import type { SignallingResult } from './measurement.ts'
import type { ServerKind } from './servers.ts'

const titles: Readonly<Record<ServerKind, string>> = {
  grapevine: 'Grapevine',
  peerjs: 'PeerJS server',
  'socket.io-released': 'bare Socket.IO, request released',
  'socket.io': 'bare Socket.IO',
  ws: 'bare ws',
}

type Row = readonly string[]

/** Aligns the first column to the left and all others to the right. */
const table = (rows: readonly Row[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  return lines.map((line) => `  ${line}`).join('\n')
}

const kb = (bytes: number): string => (bytes / 1_000).toFixed(1)

export const describeSignalling = ({ introductions, idleMemory, fullHouse, returns }: SignallingResult): string => {
  const own = introductions.find(({ kind }) => kind === 'grapevine')
  const bare = idleMemory.find(({ kind }) => kind === 'socket.io')
  const ratio = (value: number, reference: number | undefined): string => (value / (reference ?? Number.NaN)).toFixed(2)
  return [
    table([
      ['introductions', 'messages', 'per CPU second', 'Grapevine is'],
      ...introductions.map(({ kind, messages, perCpuSecond }) => [
        titles[kind],
        String(messages),
        perCpuSecond.toFixed(0),
        `${ratio(own?.perCpuSecond ?? Number.NaN, perCpuSecond)} ×`,
      ]),
    ]),
    table([
      ['one silent tab', 'heap (KB)', 'RSS (KB)', 'heap, bare Socket.IO = 1', 'RSS'],
      ...idleMemory.map(({ kind, heap, rss }) => [
        titles[kind],
        kb(heap),
        kb(rss),
        ratio(heap, bare?.heap),
        ratio(rss, bare?.rss),
      ]),
    ]),
    `  ${fullHouse.tabs} tabs on one server: registered in ${fullHouse.registeredAfter.toFixed(1)} s, each introduced to its ` +
      `neighbour in ${fullHouse.introducedAfter.toFixed(1)} s; RSS ${(fullHouse.rss / 1e6).toFixed(0)} MB; event loop late ` +
      `by ${fullHouse.lateP99.toFixed(1)} ms (p99), ${fullHouse.lateMax.toFixed(1)} ms (max)`,
    ...returns.map(
      ({ tabs, away, half, p99, last, peakPer100Ms, peakPerSecond }) =>
        `  ${tabs} tabs return after a kill and ${away.toFixed(1)} s: half in ${half.toFixed(1)} s, 99 % in ` +
        `${p99.toFixed(1)} s, the last in ${last.toFixed(1)} s; at most ${peakPer100Ms} in 100 ms, ${peakPerSecond} in a second`,
    ),
  ].join('\n\n')
}
