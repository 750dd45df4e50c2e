import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { gossipLimits as limits } from '../../client/gossip/bounds/limits.ts'
import { sketchSize, tombstoneSerial } from '../../client/gossip/wire/announcement.ts'
import { protocolVersion } from '../../client/gossip/wire/envelope.ts'
import { readSpec, renewedSpec } from './spec-text.ts'
import { readVectors, vectorFiles } from './vectors/vector-files.ts'

const spec = await readSpec()

const seconds = (ms: number): string => `${ms / 1_000} s`

/** What comes first in a group of each match. */
const matchesIn = (pattern: RegExp): string[] => [...spec.matchAll(pattern)].map(([, found = '']) => found)

describe('SPEC.md', () => {
  it('has the limits of limits.ts and the examples of the vectors', async () => {
    expect(await renewedSpec(spec)).toBe(spec)
  })

  it('has the version of the code', () => {
    expect(matchesIn(/^# The gossip protocol, version (\d+)$/gm)).toEqual([`${protocolVersion}`])
    expect(matchesIn(/\[0, version: (\d+), /g)).toEqual([`${protocolVersion}`])
  })

  it('has a section and a CDDL rule for each envelope, in the order of their codes', async () => {
    const types = [...new Set((await readVectors('frames')).map(({ type }) => type))]
    expect(matchesIn(/^### 7\.\d+ (\w+)$/gm)).toEqual(types)
    expect(matchesIn(/^[^;\n]*[\])] +; (\w+)$/gm)).toEqual(types)
    expect(matchesIn(/^(?:envelope =| {9}\/) \[(\d+)[,\]]/gm)).toEqual(types.map((_, code) => `${code}`))
  })

  it('has the limits of the code in its CDDL', () => {
    const cddl = matchesIn(/```cddl\n([^]*?)```/g).join('\n')
    for (const text of [
      `[1*${limits.maxEntriesPerBlock} entry]`,
      `[index: count, total: ${limits.maxBodyBytes + 1}..${limits.maxLargeBodyBytes}]`,
      `[*${limits.maxPathNames - 2} hop]`,
      `[*${limits.maxPathNames - 1} hop]`,
      `[*${limits.maxBlocksPerEnvelope} carried-block]`,
      `bytes .size (0..${limits.maxNoticeBytes})`,
      `serial: 1..${tombstoneSerial},`,
      `every: 0..${limits.maxAnnouncementMs},`,
      `[${sketchSize}*${sketchSize} count]`,
      `[*${limits.maxAnnouncedLinks} announced-link]`,
      `[*${limits.maxLinks} [from: name`,
      `[*${limits.maxLogsPerEnvelope} [log, height: positive]]`,
      `[*${limits.maxLogsPerEnvelope} [log, height: positive, is-older: bool]]`,
      `[*${limits.maxLogsPerEnvelope} frontier-entry]`,
      `[*${limits.maxNoticesPerEnvelope} carried-notice]`,
      `cells: bytes .size (2..${2 * limits.maxLogs})`,
    ]) {
      expect(cddl).toContain(text)
    }
  })

  it.each([
    ['G1', `no \`hello\` comes within ${seconds(limits.helloWithinMs)}`],
    [
      'G3',
      `for ${seconds(limits.quietAfterMs)} is shown as \`quiet\`; after ${seconds(limits.downAfterMs)} its link ends`,
    ],
    ['G3', `for ${seconds(limits.heartbeatIdleMs)} sends a heartbeat, and one each ${seconds(limits.heartbeatBusyMs)}`],
    ['L3', `at most ${limits.maxPathNames} names`],
    ['R1', `a ${limits.maxLinks}th of a limit`],
    ['R2', `idle for ${limits.logExpiresAfterMs / 3_600_000} h`],
    ['T2', `with up to ${limits.denseLinks} links`],
    ['T2', `knows ${limits.smallNetwork} nodes`],
    ['A2', `within ${seconds(limits.graftAfterMs)} is requested`],
    ['S1', `after ${seconds(limits.reunionAfterMs)} of silence`],
    ['S1', `holds ${limits.minSummarizedLogs} logs or more`],
    ['S2', `after ${seconds(limits.syncGraceMs)} if it may be on its way`],
    ['S2', `in addition every ${seconds(limits.askMoreAfterMs)}`],
    ['S2', `all of ${limits.maxLinks} links within ${(Math.log2(limits.maxLinks) * limits.askMoreAfterMs) / 1_000} s`],
    ['S2', `sent nothing within ${seconds(limits.requestAgainMs)}`],
    [
      'S3',
      `served ${limits.serveBurstBytes / 2 ** 20} MiB at once, then ${limits.serveBytesPerSecond / 2 ** 20} MiB a second`,
    ],
    ['S3', `${limits.frontierAnswersBurst} frontiers of a neighbour`],
    ['S3', `one in ${1 / limits.summaryAnswersPerSecond} s`],
    ['S4', `push ${limits.newLogsBurst} at once, then ${limits.newLogsPerSecond} a second`],
    ['S4', `name ${limits.namedLogsBurst.toLocaleString('en')} at once, then ${limits.namedLogsPerSecond} a second`],
    ['S6', `within ${seconds(limits.requestAgainMs)} is an unkept promise`],
    ['N1', `${seconds(limits.announcementSettledMs)} after its ledger has stopped changing`],
    ['N1', `every ${seconds(limits.announcementBusyMs)} while the ledger changes`],
    ['N5', `removed after ${seconds(limits.downShownMs)}`],
    ['N6', `At most ${limits.maxKnownNodes} nodes`],
    ['N6', `then ${limits.announcementsPerSecond} a second`],
    ['N6', `${limits.noticeBurst} notices are checked at once, then ${limits.noticesPerSecond} a second`],
    ['N7', `within ${seconds(limits.syncWithinMs)}`],
    ['N9', `for ${limits.leftRememberedMs / 60_000} min`],
    ['Q1', `lives for ${seconds(limits.requestLivesMs)}`],
    ['Q2', `answers ${seconds(limits.receiptAfterMs)} after the block came`],
  ])('has the limits of the code in its rule %s: %s', (rule, text) => {
    const [, rest = ''] = spec.split(`- **${rule}** `)
    expect(rest.split(/\n- \*\*|\n#/)[0]?.replace(/\s+/g, ' ')).toContain(text)
  })

  it('explains every strike of the refused vectors', async () => {
    const table = spec.slice(spec.indexOf('## 12.'), spec.indexOf('## 13.'))
    for (const { reason } of await readVectors('refused')) expect(table).toContain(`\`${reason}\``)
  })

  it('names every file of the vectors', async () => {
    const files = (await readdir(new URL('vectors', import.meta.url))).filter((file) => file.endsWith('.json'))
    expect(files.sort()).toEqual(vectorFiles.map((name) => `${name}.json`).sort())
    expect(matchesIn(/^\| `(\w+\.json)` /gm).sort()).toEqual(files.sort())
  })

  it('links to headings that exist', () => {
    const anchors = matchesIn(/^#+ (.+)$/gm).map((title) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const anchor of matchesIn(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor)
  })
})
