/**
 * Serves the page's own files where the server can't: a tab reloads, goes back or is duplicated without a server.
 *  1. Stored are the page and the hashed files of its build, each under its own address, and nothing else: no query, no
 *     token, no other request.
 *  2. A page and its files are of one build. The page comes from the server while there is one; offline it is this
 *     worker's, whose files were stored before it took over. Files have a hash in their names, so those of several builds
 *     never replace each other.
 *  3. So a newer worker takes over at once; tabs of an earlier build get their files for a day.
 */
import { build, files } from 'virtual:page-files'
import { PrecacheController } from 'workbox-precaching/PrecacheController.js'
import { cacheNameOf, dropFormerBuilds } from './kept-builds.ts'
import { answerPage, kindOf } from './page-requests.ts'
import type { WorkerScope } from './worker-scope.ts'

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
