export const keptBuildLimits = {
  /** Milliseconds for which the files of an earlier build are kept: its tabs may still load parts of it. As on the server. */
  keptMs: 24 * 3_600_000,
  /** Earlier builds, some 800 KB each. */
  builds: 4,
} as const

const prefix = 'grapevine-build-'
/** The address, in an earlier build's cache, of the time when another build replaced it. No request has it. */
const replacedAt = 'replaced-at'

export const cacheNameOf = (build: string): string => `${prefix}${build}`

type Caches = Pick<CacheStorage, 'keys' | 'open' | 'delete'>

/** A build takes over: notes the time in the caches of those before it, and deletes those that need not be kept. */
export const dropFormerBuilds = async (caches: Caches, build: string, scope: string, now: number): Promise<void> => {
  const former = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheNameOf(build))
  const dated = await Promise.all(
    former.map(async (name) => ({ name, at: await noteReplaced(await caches.open(name), scope, now) })),
  )
  const newestFirst = dated.sort((one, other) => other.at - one.at)
  for (const [index, { name, at }] of newestFirst.entries()) {
    if (now - at >= keptBuildLimits.keptMs || index >= keptBuildLimits.builds) await caches.delete(name)
  }
}

/** Gives the time when it was replaced first. */
const noteReplaced = async (cache: Cache, scope: string, now: number): Promise<number> => {
  const address = new URL(replacedAt, scope).href
  const noted = Number(await (await cache.match(address))?.text())
  if (noted > 0) return noted
  await cache.put(address, new Response(String(now)))
  return now
}
