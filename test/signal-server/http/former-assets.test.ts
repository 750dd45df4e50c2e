import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { dropFormerAssets, formerAssetLimits, keepFormerAssets } from '../../../signal-server/http/former-assets.ts'
import { loadPage } from '../../../signal-server/http/page.ts'

const { keptMs } = formerAssetLimits

describe('the assets of the previous build', () => {
  let folder: string
  let assets: string
  let former: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grapevine-builds-'))
    assets = join(folder, 'client/assets')
    former = join(folder, 'former/assets')
    return () => rm(folder, { recursive: true })
  })

  /** Builds as `npm run build` does. */
  const build = async (at: number, ...names: readonly string[]): Promise<void> => {
    await keepFormerAssets(assets, former, new Date(at))
    await rm(assets, { recursive: true, force: true })
    await mkdir(assets, { recursive: true })
    await writeFile(join(folder, 'client/index.html'), '<html></html>')
    for (const name of names) await writeFile(join(assets, name), name)
    await dropFormerAssets(assets, former, new Date(at))
  }

  it('are stored once, for a day after the next build', async () => {
    const now = Date.now()
    await build(now, 'page-1.js', 'same.css')
    await build(now, 'page-1.js', 'same.css')
    expect(await readdir(former)).toEqual([])
    await build(now + 2 * keptMs, 'page-2.js', 'same.css')
    expect(await readdir(former)).toEqual(['page-1.js'])
    await build(now + 3 * keptMs - 1, 'page-3.js', 'same.css')
    expect(await readdir(former)).toEqual(['page-1.js', 'page-2.js'])
    await build(now + 3 * keptMs, 'page-3.js', 'same.css')
    expect(await readdir(former)).toEqual(['page-2.js'])
  })

  it('are served beside the current assets, and a missing folder is no error', async () => {
    await build(Date.now(), 'page-1.js')
    expect([
      ...((await loadPage(join(folder, 'client'), undefined, join(folder, 'absent'))) ?? new Map()).keys(),
    ]).toContain('/assets/page-1.js')
    await build(Date.now(), 'page-2.js')
    const paths = [...((await loadPage(join(folder, 'client'), undefined, former)) ?? new Map()).keys()]
    expect(paths).toEqual(expect.arrayContaining(['/', '/assets/page-1.js', '/assets/page-2.js']))
  })
})
