/** A row of the table. */
export interface Row {
  readonly id: string
  readonly title: string
  /** Digits behind the point. */
  readonly digits: number
}

/** What is measured together: the tabs are opened once for all rows of a group. */
export interface RowGroup {
  readonly id: string
  readonly rows: readonly Row[]
  /** Whether `npm run bench -- peers` measures it without being asked. */
  readonly isDefault: boolean
}

/** The number of tabs in a long line. */
export const lineLengths = [10, 20, 40] as const
export const visibilities = ['drawn', 'hidden'] as const

const sizes = [
  { bytes: 100, words: '100 B' },
  { bytes: 1_024, words: '1 KiB' },
  { bytes: 16_384, words: '16 KiB' },
] as const

export const floodSizes: readonly number[] = sizes.map(({ bytes }) => bytes)

const latency = (hops: string, point: string, words: string): Row => ({
  id: `${hops} ${point} ${words}`,
  title: `${hops} ${point}, ${words}, ms`,
  digits: 2,
})

export const rowGroups: readonly RowGroup[] = [
  {
    id: 'hops',
    isDefault: true,
    rows: [
      latency('one hop', 'p50', '100 B'),
      latency('one hop', 'p99', '100 B'),
      latency('two hops', 'p50', '100 B'),
      latency('two hops', 'p99', '100 B'),
      latency('two hops', 'p50', '16 KiB'),
      ...['one hop', 'two hops'].flatMap((hops) =>
        sizes.map(({ bytes, words }) => ({
          id: `${hops} flood ${bytes}`,
          title: `${hops}, messages/s, ${words}`,
          digits: 0,
        })),
      ),
      { id: 'greeting arrived', title: 'navigation → first message at an open tab, ms', digits: 0 },
      { id: 'greeting server', title: 'of these: until it speaks to its server', digits: 0 },
      { id: 'greeting description', title: 'until its offer', digits: 0 },
      { id: 'greeting connected', title: 'until it is connected', digits: 0 },
    ],
  },
  { id: 'bundle', isDefault: true, rows: [{ id: 'bundle', title: 'least bundle, gzip, KB', digits: 1 }] },
  {
    id: 'idle',
    isDefault: true,
    rows: [
      { id: 'idle cores', title: 'cores used by 10 idle tabs in a line', digits: 2 },
      { id: 'memory', title: 'memory per tab (10 tabs), MB', digits: 1 },
    ],
  },
  {
    id: 'reload',
    isDefault: true,
    rows: [
      { id: 'reload', title: 'reload with 10,000 one-entry blocks stored, ms', digits: 0 },
      { id: 'reload task', title: 'its longest task (50: none was longer), ms', digits: 0 },
    ],
  },
  {
    id: 'line',
    isDefault: false,
    rows: lineLengths.flatMap((tabs) =>
      visibilities.map((visibility) => ({
        id: `line ${tabs} ${visibility}`,
        title: `${tabs} tabs in a line, ${visibility}, p50, ms`,
        digits: 1,
      })),
    ),
  },
]
