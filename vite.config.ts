import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import type { Connect, EnvironmentOptions, Plugin, UserConfig } from 'vite'
import { type TestProjectInlineConfiguration, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { describeAddresses } from './signal-server/start/addresses.ts'
import { parseBuildId, withBuildId } from './signal-server/http/build-id.ts'
import { dropFormerAssets, keepFormerAssets } from './signal-server/http/former-assets.ts'
import { describeListenFailure } from './signal-server/start/listen-failure.ts'
import { listenAddresses, listenBeside } from './signal-server/start/listening.ts'
import { describeMistyped, findMistyped } from './signal-server/start/mistyped-settings.ts'
import { refuseForeignHost } from './signal-server/shared/own-hosts.ts'
import {
  type Settings,
  SettingsError,
  readSettings,
  settingNames,
  signallingOptionsOf,
} from './signal-server/start/settings.ts'
import { attachSignalling } from './signal-server/sockets/signalling.ts'
import { signallingPath } from './signal-server/sockets/websockets.ts'
import { browserArgs } from './test/browser/browsers/browser-launch.ts'
import { findBrowser } from './test/browser/browsers/find-browser.ts'
import { findServerPrograms } from './test/machine/server-programs.ts'

const pathTo = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Development: the signalling shares Vite's port and process. */
const signalling = (settings: Settings): Plugin => ({
  name: 'grapevine-signalling',
  configureServer(server) {
    const { httpServer } = server
    if (!httpServer) return
    const options = signallingOptionsOf(settings)
    const attached = attachSignalling(httpServer, options)
    server.middlewares.use(signallingPath, (request, response) => attached.respond(request, response))
    const refuseForeign: Connect.NextHandleFunction = (request, response, next) => {
      if (options.ownHosts.has(request)) next()
      else refuseForeignHost(request, response)
    }
    // Before Vite's own check, whose message names a setting of Vite.
    server.middlewares.stack.unshift({ route: '', handle: refuseForeign })
    server.middlewares.use('/healthz', (_request, response) => {
      response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}')
    })
    const beside = new Promise<number>((resolve) => {
      // Vite reports an error of its server by itself.
      httpServer.once('listening', () => resolve(listenBesideVite(httpServer as Server, settings)))
    })
    server.printUrls = () => {
      void beside.then((port) =>
        console.log(describeAddresses(settings.host, port, networkInterfaces(), settings.accessTokens)),
      )
    }
  },
})

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The built page contains its build id. */
const buildId: Plugin = {
  name: 'grapevine-build-id',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => withBuildId(html, Object.keys(bundle), hashOf),
  },
}

const builtAssets = pathTo('dist/client/assets')
const formerAssets = pathTo('dist/former/assets')

/** Keeps the assets of earlier builds: open tabs may still load parts of them. */
const formerBuilds: Plugin = {
  name: 'grapevine-former-builds',
  apply: 'build',
  applyToEnvironment: ({ name }) => name === 'client',
  buildStart: () => keepFormerAssets(builtAssets, formerAssets, new Date()),
  writeBundle: () => dropFormerAssets(builtAssets, formerAssets, new Date()),
}

/** Vite cuts the path of a worker at a `#`, which may be in the name of a folder. */
const workerEntry: Plugin = {
  name: 'grapevine-worker-entry',
  enforce: 'pre',
  resolveId: (_id, importer) => (importer === undefined ? pathTo('client/node/create/node-worker.ts') : undefined),
}

const pageFilesId = 'virtual:page-files'

/** The files that the service worker stores: the page that was built before it. */
const pageFiles: Plugin = {
  name: 'grapevine-page-files',
  applyToEnvironment: ({ name }) => name === 'worker',
  resolveId: (id) => (id === pageFilesId ? `\0${pageFilesId}` : undefined),
  async load(id) {
    if (id !== `\0${pageFilesId}`) return undefined
    const html = await readFile(pathTo('dist/client/index.html'))
    const build = parseBuildId(html.toString())
    const integrity = `sha256-${createHash('sha256').update(html).digest('base64')}`
    const assets = (await readdir(builtAssets)).map((name) => ({ url: `assets/${name}`, revision: null }))
    const files = [{ url: 'index.html', revision: build, integrity }, ...assets]
    return `export const build = ${JSON.stringify(build)}\nexport const files = ${JSON.stringify(files)}`
  },
}

/** Built last, since it lists the files of the page. One classic script under one name. */
const serviceWorker: EnvironmentOptions = {
  consumer: 'client',
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: '../dist/client',
    emptyOutDir: false,
    copyPublicDir: false,
    rollupOptions: {
      input: { 'service-worker': pathTo('client/offline/service-worker.ts') },
      output: { format: 'iife', entryFileNames: '[name].js' },
    },
  },
}

/** A program for Node.js: one file, `main.js`, in this folder. */
const programOf = (entry: string, outDir: string): EnvironmentOptions => ({
  consumer: 'server',
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    copyPublicDir: false,
    rollupOptions: { input: { main: pathTo(entry) }, output: { codeSplitting: false } },
  },
})

/** Listens at the addresses of `HOST` that Vite does not listen at. Gives the port; ends the process if one is in use. */
const listenBesideVite = async (server: Server, settings: Settings): Promise<number> => {
  const { port } = server.address() as AddressInfo
  const { others } = listenAddresses(settings.host)
  const listeners = await listenBeside(server, port, others).catch((error: NodeJS.ErrnoException) => {
    console.error(describeListenFailure(error, settings, 'npm run dev'))
    process.exit(1)
  })
  server.once('close', () => {
    for (const listener of listeners) listener.close()
  })
  return port
}

const developmentSettings = (): Settings => {
  try {
    for (const mistyped of findMistyped(process.env, settingNames)) console.warn(describeMistyped(mistyped))
    return readSettings(process.env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    // One line for the person who set it, without Vite's stack.
    console.error(error.message)
    process.exit(1)
  }
}

const development = (settings: Settings): UserConfig => ({
  plugins: [signalling(settings)],
  server: {
    port: settings.port,
    host: listenAddresses(settings.host).main,
    strictPort: true,
    headers: { 'Content-Security-Policy': `frame-ancestors ${settings.frameAncestors.join(' ')}` },
    // For the websocket of hot reload. Vite's wildcard is a dot.
    allowedHosts: signallingOptionsOf(settings).ownHosts.names.map((name) => name.replace(/^\*\./, '.')),
  },
})

/** Milliseconds. A test waits for states; this only ends a test that hangs. */
const testTimeout = 60_000

/** How long `expect.poll` waits for a state on a busy machine with two cores; its default is 1 s. */
const expecting = { poll: { timeout: 15_000 } }

const root = pathTo('.')

/** Below the browser: virtual time, seeds, real sockets. */
const nodeProject: TestProjectInlineConfiguration = {
  root,
  test: {
    name: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.browser.test.ts', 'test/browser/**/*.test.ts'],
    // No module has state of its own, so the files need no process each: a third of the time went into imports.
    isolate: false,
    testTimeout,
    hookTimeout: testTimeout,
    expect: expecting,
  },
}

/** Modules that need a page around them: elements, IndexedDB, WebRTC. */
const pageProject = (executablePath: string): TestProjectInlineConfiguration => ({
  root,
  optimizeDeps: {
    include: [
      '@noble/ed25519',
      '@noble/hashes/sha2.js',
      'axe-core',
      'd3-force',
      'idb',
      'lit',
      'lit/directives/keyed.js',
      'simple-peer/simplepeer.min.js',
      'socket.io-client',
      'uplot',
      'valibot',
    ],
  },
  test: {
    name: 'page',
    include: ['test/**/*.browser.test.ts'],
    setupFiles: 'test/machine/fresh-document.ts',
    isolate: false,
    testTimeout,
    hookTimeout: testTimeout,
    expect: expecting,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath, args: [...browserArgs] } }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

/** The built app in real tabs, through `npm start`'s own server. */
const tabsProject: TestProjectInlineConfiguration = {
  root,
  test: {
    name: 'tabs',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: 'test/browser/global-setup.ts',
    // The files share only Playwright, whose import takes seconds.
    isolate: false,
    testTimeout: 2 * testTimeout,
    hookTimeout: testTimeout,
  },
}

/** The tabs come first: they often wait for time, while the files below the browser keep all cores busy to the end. */
class TabsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOfTabs = ({ project }: TestSpecification): boolean => project.name === tabsProject.test?.name
    const sorted = await super.sort(files)
    return [...sorted.filter(isOfTabs), ...sorted.filter((file) => !isOfTabs(file))]
  }
}

export default defineConfig(async ({ mode, command }) => ({
  root: 'client',
  // Relative urls: the page works below any path that a proxy adds. `npm run dev` is at `/`.
  base: './',
  publicDir: '../public',
  // Explicit: Vite treats a tsconfig's `include` as a pattern of whole paths, in which a folder such as `C#` or
  // `grapevine (1)` matches nothing, and would then build a page that stays white.
  tsconfig: pathTo('tsconfig.json'),
  plugins: [buildId, formerBuilds, pageFiles],
  ...(command === 'serve' && mode !== 'test' && development(developmentSettings())),
  // A node's worker loads parts of itself when they are needed.
  worker: { format: 'es' as const, plugins: () => [workerEntry] },
  // A scan of the entry does not find simple-peer's bundle; without this its first use reloads the page.
  optimizeDeps: { include: ['simple-peer/simplepeer.min.js'] },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: '../dist/client',
        emptyOutDir: true,
        rollupOptions: { input: { index: pathTo('client/index.html'), editor: pathTo('client/editor.html') } },
      },
    },
    ...(command === 'build' && {
      // With its packages in one file the server starts in 0.6 of the time.
      ssr: { ...programOf('signal-server/start/main.ts', '../dist/server'), resolve: { noExternal: true as const } },
      worker: serviceWorker,
      node: programOf('client/node/command/main.ts', '../dist/node'),
    }),
  },
  ...(mode === 'test' && {
    test: {
      // One more than cores: tests of tabs often wait for time.
      maxWorkers: 3,
      sequence: { sequencer: TabsFirst },
      projects: [nodeProject, pageProject(await findBrowser()), tabsProject],
      provide: { serverPrograms: await findServerPrograms((line) => console.info(line)) },
    },
  }),
}))
