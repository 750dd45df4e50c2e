import { describe, expect, it } from 'vitest'
import { cacheNameOf, dropFormerBuilds, keptBuildLimits } from '../../client/offline/kept-builds.ts'

const scope = 'https://example.org/app/'

/** As much of a browser's caches as is used. */
const createCaches = () => {
  const stored = new Map<string, Map<string, Response>>()
  const open = async (name: string) => {
    const entries = stored.get(name) ?? new Map<string, Response>()
    stored.set(name, entries)
    return {
      match: async (address: string) => entries.get(address)?.clone(),
      put: async (address: string, response: Response) => void entries.set(address, response),
    } as unknown as Cache
  }
  const takeOver = async (build: string, now: number, at = scope): Promise<readonly string[]> => {
    await open(cacheNameOf(at, build))
    const caches = { open, keys: async () => [...stored.keys()], delete: async (name: string) => stored.delete(name) }
    await dropFormerBuilds(caches, build, at, now)
    return [...stored.keys()].map((name) => name.replace('grapevine-build /app/ ', ''))
  }
  return { takeOver, open }
}

describe('the stored files of earlier builds', () => {
  const { keptMs, builds } = keptBuildLimits

  it('are kept for a day after another build took over, however old they are', async () => {
    const { takeOver } = createCaches()
    expect(await takeOver('one', 1)).toEqual(['one'])
    expect(await takeOver('two', 10 * keptMs)).toEqual(['one', 'two'])
    expect(await takeOver('two', 11 * keptMs - 1)).toEqual(['one', 'two'])
    expect(await takeOver('two', 11 * keptMs)).toEqual(['two'])
  })

  it('are those of the last builds alone where a new one comes every hour', async () => {
    const { takeOver } = createCaches()
    let kept: readonly string[] = []
    for (let build = 1; build <= 20; build += 1) kept = await takeOver(`build ${build}`, build * 1_000)
    expect(kept).toHaveLength(builds + 1)
    expect(kept).toEqual(['build 16', 'build 17', 'build 18', 'build 19', 'build 20'])
  })

  it('leave the files of a page below another path', async () => {
    const { takeOver } = createCaches()
    await takeOver('one', 1, 'https://example.org/')
    await takeOver('two', 1, 'https://example.org/app/inner/')
    expect(await takeOver('three', 2 * keptMs)).toEqual([
      'grapevine-build / one',
      'grapevine-build /app/inner/ two',
      'three',
    ])
  })

  it('leave what somebody else has stored on this origin', async () => {
    const { takeOver, open } = createCaches()
    await open('another app')
    await takeOver('one', 1)
    expect(await takeOver('two', 2 * keptMs)).toContain('another app')
  })
})
