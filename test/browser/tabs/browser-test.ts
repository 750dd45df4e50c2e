import { inject, test } from 'vitest'
import { type BrowserOptions, launchBrowser } from '../browsers/browser-launch.ts'
import { Network } from './network.ts'
import { type ServerEnvironment, ServerProcess } from '../../support/server-process.ts'

/** Vitest's types know the scopes only one by one. */
const lasting = (scope: 'file' | 'worker') => ({ scope: scope as 'file' })

const withBrowser = (options: BrowserOptions, scope: 'file' | 'worker') =>
  test
    .extend('browserOptions', lasting(scope), options)
    .extend('browser', lasting(scope), async ({ browserOptions }, { onCleanup }) => {
      const browser = await launchBrowser(inject('chromePath'), browserOptions)
      onCleanup(() => browser.close())
      return browser
    })

/** A start of Chromium costs a second of CPU time, so the files of a worker that need no options share these two. */
const sharedBrowsers = {
  economical: withBrowser({ sharesRenderer: true }, 'worker'),
  ordinary: withBrowser({}, 'worker'),
}

/**
 * vitest's `it` with a server for the file or for all files of a worker, a browser, which is the worker's unless it has
 * options, and a network for each test. The tabs of the network are closed at the end of the test. A test also fails if one
 * of its pages threw or logged an error.
 *
 * The tabs of the economical browser cost a quarter less CPU time: they share a renderer and have no service worker. Tests
 * of a page without its server, of storage, of short times, of parallel work and of stopped processes need ordinary tabs.
 */
export const browserTest = (
  options: keyof typeof sharedBrowsers | BrowserOptions = 'economical',
  scope: 'file' | 'worker' = 'file',
) => {
  const base = typeof options === 'string' ? sharedBrowsers[options] : withBrowser(options, 'file')
  return (
    base
      // The system picks a free port, so that test files can run side by side.
      .extend('port', lasting(scope), '0')
      .extend('environment', lasting(scope), (): ServerEnvironment => ({}))
      .extend('server', lasting(scope), async ({ port, environment }, { onCleanup }) => {
        const server = await ServerProcess.start({ PORT: port, ...environment })
        onCleanup(() => server.stop())
        return server
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
      .extend('network', async ({ browser, browserOptions, server, startServer: _startServer }, { onCleanup }) => {
        const network = new Network(browser, server.origin, browserOptions.sharesRenderer ? 'block' : 'allow')
        onCleanup(() => network.close())
        return network
      })
  )
}

/** For files that need nothing special: they share the server and the browser of their worker. */
export const it = browserTest('economical', 'worker')

/** The same with ordinary tabs. */
export const ordinaryIt = browserTest('ordinary', 'worker')
