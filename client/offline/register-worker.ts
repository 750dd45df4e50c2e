/**
 * The service worker, where the browser has one for this page: on secure origins, and mostly not in private windows. Of a
 * page that was not built there is none. Called when the node has started, so that the worker's downloads delay nothing.
 */
export const registerWorker = (folder: string, build: string | undefined): void => {
  // Typed as always there.
  const { serviceWorker } = navigator as Partial<Navigator>
  if (build === undefined || !serviceWorker) return
  serviceWorker.register(new URL('service-worker.js', folder)).catch(() => {
    // Forbidden by the browser, or the server is away: the page works as it does without one, and the next load tries again.
  })
}
