import { cp, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

export const formerAssetLimits = {
  /** Milliseconds for which assets of an earlier build are served, since tabs of that build may still load parts. */
  keptMs: 24 * 3_600_000,
  /** Files. Builds all day long would fill the server's memory; one build has a dozen files. */
  files: 200,
} as const

export interface FormerAsset {
  readonly name: string
  readonly path: string
}

/**
 * Copies the files of `assets` to `former`, before a build empties `assets`. The time of a copy is the start of the build
 * that replaced it. A missing folder counts as empty.
 */
export const keepFormerAssets = async (assets: string, former: string, now: Date): Promise<void> => {
  await mkdir(former, { recursive: true })
  for (const name of await namesIn(assets)) {
    const copy = join(former, name)
    await cp(join(assets, name), copy)
    await utimes(copy, now, now)
  }
}

/** Deletes, after a build, files that the new build has too, and files that are no longer served. */
export const dropFormerAssets = async (assets: string, former: string, now: Date): Promise<void> => {
  const current = new Set(await namesIn(assets))
  const kept = new Set((await listFormerAssets(former, now)).map(({ name }) => name))
  for (const name of await namesIn(former)) if (current.has(name) || !kept.has(name)) await rm(join(former, name))
}

/** The files that are served, the newest first. */
export const listFormerAssets = async (former: string, now: Date): Promise<readonly FormerAsset[]> => {
  const files = await Promise.all(
    (await namesIn(former)).map(async (name) => {
      const path = join(former, name)
      return { name, path, at: (await stat(path)).mtimeMs }
    }),
  )
  return files
    .filter(({ at }) => now.getTime() - at < formerAssetLimits.keptMs)
    .sort((one, other) => other.at - one.at || one.name.localeCompare(other.name))
    .slice(0, formerAssetLimits.files)
}

const namesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}
