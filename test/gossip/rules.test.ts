import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readSpec } from './spec-text.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The text of all sources of a folder, joined. The benchmark of other libraries has dependencies of its own. */
const sourcesIn = async (folder: string): Promise<string> => {
  const files = await readdir(`${root}${folder}`, { recursive: true })
  const names = files.filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
  const texts = await Promise.all(names.map((name) => readFile(`${root}${folder}/${name}`, 'utf8')))
  return texts.join('\n')
}

const matchesIn = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, id = '']) => id)),
]

/** Without the promises P1 to P9, which are not rules of this protocol. */
const ruleIds = (texts: readonly string[]): string[] => matchesIn(texts.join(' '), /\b([A-OQ-Z]\d)\b/g).sort()

const defined = matchesIn(await readSpec(), /^- \*\*([A-Z]\d)\*\* /gm)

describe('the rules of the protocol', () => {
  it('are defined in SPEC.md', () => {
    expect(defined.length).toBeGreaterThan(30)
  })

  it('are numbered without a gap', () => {
    const numbered = defined.map((id, index) => {
      const [letter] = id
      return `${letter}${defined.slice(0, index).filter((before) => before[0] === letter).length + 1}`
    })
    expect(defined).toEqual(numbered)
  })

  it('are each cited by a test, and tests cite no others', async () => {
    const cited = matchesIn(await sourcesIn('test'), /\[([A-Z]\d(?:, [A-Z]\d)*)\]/g)
    expect(ruleIds(cited)).toEqual([...defined].sort())
  })

  it('are all that SPEC.md names', async () => {
    const named = ruleIds([(await readSpec()).replace(/```[^]*?```|<!-- generated[^]*?<!-- end/g, '')])
    expect(named.filter((id) => !defined.includes(id))).toEqual([])
  })

  it.each(['client/gossip', 'client/node', 'client/storage'])('are all that %s cites', async (folder) => {
    const comments = matchesIn(await sourcesIn(folder), /(?:\/\/|\/?\*+ )(.*)/g)
    expect(ruleIds(comments).filter((id) => !defined.includes(id))).toEqual([])
  })
})
