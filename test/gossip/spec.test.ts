import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { protocolVersion } from '../../client/gossip/wire/envelope.ts'
import { readSpec, renewedSpec } from './spec-text.ts'
import { readVectors, vectorFiles } from './vectors/vector-files.ts'

const spec = await readSpec()

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
