/**
 * Serves the page's files without the server, so that a tab can be reloaded or duplicated, or go back.
 *  1. It stores the page and the hashed files of its build, each under its own address, and nothing else: no query, no
 *     token, no other response.
 *  2. A page and its files are of one build. The page comes from the server while that is reachable, otherwise from this
 *     worker, which stored all files of its build before it became active. Files have a hash in their names, so files of
 *     different builds never replace each other.
 *  3. A newer worker becomes active at once; tabs of an earlier build still get their files for a day.
 */
import { build, files } from 'virtual:page-files'
import { PrecacheController } from 'workbox-precaching/PrecacheController.js'
import { cacheNameOf, dropFormerBuilds } from './kept-builds.ts'
import { answerPage, kindOf } from './page-requests.ts'

/** The part of the global scope that is used here: TypeScript's library for workers excludes the one for pages. */
interface WorkerScope {
  readonly caches: CacheStorage
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void
}

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface WorkerFetchEvent extends WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

const scope = self as unknown as WorkerScope
const { scope: folder } = scope.registration

const precache = new PrecacheController({ cacheName: cacheNameOf(folder, build) })
precache.addToCacheList(files)

const storedPage = (): Promise<Response | undefined> => precache.matchPrecache(new URL('index.html', folder).href)

const answerAsset = async (request: Request): Promise<Response> =>
  (await scope.caches.match(request.url, { ignoreVary: true })) ?? fetch(request)

const wait = (ms: number): Promise<undefined> => new Promise((resolve) => void setTimeout(() => resolve(undefined), ms))

scope.addEventListener('install', (event) => {
  void precache.install(event)
  event.waitUntil(scope.skipWaiting())
})

scope.addEventListener('activate', (event) => {
  void precache.activate(event)
  event.waitUntil(dropFormerBuilds(scope.caches, build, folder, Date.now()))
  event.waitUntil(scope.clients.claim())
})

scope.addEventListener('fetch', (event) => {
  const { request } = event
  switch (kindOf(request, folder)) {
    case 'page':
      return event.respondWith(answerPage({ ask: () => fetch(request), stored: storedPage, wait }))
    case 'asset':
      return event.respondWith(answerAsset(request))
    case 'other':
      return undefined
  }
})
