import { createHash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseBuildId } from '../../../signal-server/http/build-id.ts'
import { dropFormerAssets, keepFormerAssets } from '../../../signal-server/http/former-assets.ts'

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))

export interface NextBuild {
  /** The server that serves the new build. */
  readonly program: string
  readonly build: string
  /** The paths of a part of the page that is loaded on demand: in the previous build, and in the new build. */
  readonly formerPart: string
  readonly part: string
  remove(): Promise<void>
}

/**
 * Simulates a new build: one part of the page gets a new name, and so do the files that refer to it.
 * The copy is beside the build.
 */
export const makeNextBuild = async (): Promise<NextBuild> => {
  const folder = await mkdtemp(join(dist, 'next-'))
  const [client, former] = [join(folder, 'client'), join(folder, 'former/assets')]
  for (const part of ['client', 'server']) await cp(join(dist, part), join(folder, part), { recursive: true })
  const assets = join(client, 'assets')
  await keepFormerAssets(assets, former, new Date())

  const names = await readdir(assets)
  const find = (start: string): string => names.find((name) => name.startsWith(start)) ?? fail(`no asset ${start}`)
  const html = await readFile(join(client, 'index.html'), 'utf8')
  const build = parseBuildId(html) ?? fail('no build id')
  const renamed = new Map([[build, 'nextBuild-1']])
  for (const name of [find('grapevine-wire-'), /assets\/(index-[^"]+\.js)/.exec(html)?.[1] ?? fail('no entry')]) {
    renamed.set(name, `${name.slice(0, -'12345678.js'.length)}nextHash.js`)
  }
  const rename = async (file: string): Promise<string> => {
    let text = await readFile(file, 'utf8')
    for (const [before, after] of renamed) text = text.replaceAll(before, after)
    await writeFile(file, text)
    return text
  }
  for (const name of names) await rename(join(assets, name))
  for (const [before, after] of renamed) {
    if (before === build) continue
    await cp(join(assets, before), join(assets, after))
    await rm(join(assets, before))
  }
  const page = await rename(join(client, 'index.html'))
  const worker = join(client, 'service-worker.js')
  const script = await rename(worker)
  const integrity = createHash('sha256').update(page).digest('base64')
  await writeFile(worker, script.replace(/sha256-[A-Za-z0-9+/=]{44}/, `sha256-${integrity}`))
  await dropFormerAssets(assets, former, new Date())

  const wire = find('grapevine-wire-')
  return {
    program: join(folder, 'server/main.js'),
    build: 'nextBuild-1',
    formerPart: `/assets/${wire}`,
    part: `/assets/${renamed.get(wire)}`,
    remove: () => rm(folder, { recursive: true }),
  }
}

const fail = (what: string): never => {
  throw new Error(`${dist} is no build of the page: ${what}`)
}
