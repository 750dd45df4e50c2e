import { inject, test } from 'vitest'
import { type BrowserOptions, launchBrowser } from '../browsers/browser-launch.ts'
import { Network } from './network.ts'
import { type ServerEnvironment, ServerProcess } from '../../support/server-process.ts'

/**
 * vitest's `it` with a server and a browser for the file or for all files of a worker, and a network for each test. The tabs of the network are
 * closed at the end of the test. A test also fails if one of its pages threw or logged an error.
 */
export const browserTest = (options: BrowserOptions = {}, scope: 'file' | 'worker' = 'file') => {
  // Vitest's types know the scopes only one by one.
  const lasting = { scope: scope as 'file' }
  return (
    test
      // The system picks a free port, so that test files can run side by side.
      .extend('port', lasting, '0')
      .extend('environment', lasting, (): ServerEnvironment => ({}))
      .extend('server', lasting, async ({ port, environment }, { onCleanup }) => {
        const server = await ServerProcess.start({ PORT: port, ...environment })
        onCleanup(() => server.stop())
        return server
      })
      .extend('browserOptions', lasting, options)
      .extend('browser', lasting, async ({ browserOptions }, { onCleanup }) => {
        const browser = await launchBrowser(inject('chromePath'), browserOptions)
        onCleanup(() => browser.close())
        return browser
      })
      /** Starts a further server for this test. It ends after the tabs, so that no tab logs that its server is gone. */
      .extend('startServer', async ({ server: _server }, { onCleanup }) => {
        const servers: ServerProcess[] = []
        onCleanup(async () => {
          await Promise.all(servers.map((server) => server.stop()))
        })
        return async (environment: ServerEnvironment): Promise<ServerProcess> => {
          const server = await ServerProcess.start(environment)
          servers.push(server)
          return server
        }
      })
      .extend('network', async ({ browser, server, startServer: _startServer }, { onCleanup }) => {
        const network = new Network(browser, server.origin)
        onCleanup(() => network.close())
        return network
      })
  )
}

/** For files that need nothing special: they share the server and the browser of their worker. */
export const it = browserTest({}, 'worker')
