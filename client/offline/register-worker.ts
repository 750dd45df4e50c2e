/**
 * Registers the service worker if the browser supports one for this page: on secure origins, and mostly not in private
 * windows. A page in development has none, and unregisters that of a build which was served from the same address. Called
 * when the node has started, so that the worker's downloads do not delay it.
 */
export const registerWorker = (folder: string, build: string | undefined): void => {
  // Absent on insecure origins, which the type ignores.
  const { serviceWorker } = navigator as Partial<Navigator>
  if (!serviceWorker) return
  if (build === undefined) return void unregister(serviceWorker, folder)
  serviceWorker.register(new URL('service-worker.js', folder)).catch(() => {
    // The browser forbids it, or the server is unreachable. The page works without a worker; the next load tries again.
  })
}

const unregister = async (workers: ServiceWorkerContainer, folder: string): Promise<void> => {
  const registration = await workers.getRegistration(folder)
  // A worker of a folder above stays.
  if (registration?.scope === folder) await registration.unregister()
}
