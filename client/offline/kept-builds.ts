export const keptBuildLimits = {
  /** Milliseconds for which the files of an earlier build are kept, as on the server: its tabs may still load some. */
  keptMs: 24 * 3_600_000,
  /** Earlier builds, some 800 KB each. */
  builds: 4,
} as const

/** One origin may serve several Grapevines, each below its own path. A path contains no blank. */
const prefixOf = (scope: string): string => `grapevine-build ${new URL(scope).pathname} `
/** In an earlier build's cache, the address of the time when the next build replaced it. No request has this address. */
const replacedAt = 'replaced-at'

/** `scope`: the address of the page's folder. */
export const cacheNameOf = (scope: string, build: string): string => `${prefixOf(scope)}${build}`

type Caches = Pick<CacheStorage, 'keys' | 'open' | 'delete'>

/** For a build that becomes active: writes the time into the caches of earlier builds, and deletes the old ones. */
export const dropFormerBuilds = async (caches: Caches, build: string, scope: string, now: number): Promise<void> => {
  const [prefix, current] = [prefixOf(scope), cacheNameOf(scope, build)]
  const former = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== current)
  const dated = await Promise.all(
    former.map(async (name) => ({ name, at: await noteReplaced(await caches.open(name), scope, now) })),
  )
  const newestFirst = dated.sort((one, other) => other.at - one.at)
  for (const [index, { name, at }] of newestFirst.entries()) {
    if (now - at >= keptBuildLimits.keptMs || index >= keptBuildLimits.builds) await caches.delete(name)
  }
}

/** Returns when the build was replaced, and stores that time if this is the first call. */
const noteReplaced = async (cache: Cache, scope: string, now: number): Promise<number> => {
  const address = new URL(replacedAt, scope).href
  const noted = Number(await (await cache.match(address))?.text())
  if (noted > 0) return noted
  await cache.put(address, new Response(String(now)))
  return now
}
