/**
 * The service worker, where the browser has one for this page: on secure origins, and mostly not in private windows. A
 * page that was not built has none, and takes away that of a build which had its address before. Called when the node has
 * started, so that the worker's downloads delay nothing.
 */
export const registerWorker = (folder: string, build: string | undefined): void => {
  // Typed as always there.
  const { serviceWorker } = navigator as Partial<Navigator>
  if (!serviceWorker) return
  if (build === undefined) return void unregister(serviceWorker, folder)
  serviceWorker.register(new URL('service-worker.js', folder)).catch(() => {
    // Forbidden by the browser, or the server is away: the page works as it does without one, and the next load tries again.
  })
}

const unregister = async (workers: ServiceWorkerContainer, folder: string): Promise<void> => {
  const registration = await workers.getRegistration(folder)
  // Not one that serves a folder above.
  if (registration?.scope === folder) await registration.unregister()
}
