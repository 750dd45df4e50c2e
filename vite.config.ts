import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { describeAddresses } from './signal-server/addresses.ts'
import { readSettings } from './signal-server/settings.ts'
import { attachSignalling } from './signal-server/signalling.ts'

const pathTo = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const settings = readSettings(process.env)

/** Development: the signalling shares Vite's port and process. */
const signalling = (): Plugin => ({
  name: 'grapevine-signalling',
  apply: (_config, { command, mode }) => command === 'serve' && mode !== 'test',
  configureServer(server) {
    const { httpServer } = server
    if (!httpServer) return
    attachSignalling(httpServer as Parameters<typeof attachSignalling>[0], {
      allowedOrigins: settings.allowedOrigins,
      limits: { socketsPerAddress: settings.maxSocketsPerAddress },
    })
    server.middlewares.use('/healthz', (_request, response) => {
      response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}')
    })
    server.printUrls = () => {
      const address = httpServer.address()
      const port = typeof address === 'object' && address ? address.port : settings.port
      console.log(describeAddresses(settings.host, port, networkInterfaces()))
    }
  },
})

export default defineConfig({
  root: 'client',
  publicDir: '../public',
  plugins: [signalling()],
  server: { port: settings.port, host: settings.host === 'localhost' ? '127.0.0.1' : settings.host, strictPort: true },
  // simple-peer's bundle is found by no scan of the entry alone; without this, its first use reloads the page.
  optimizeDeps: { include: ['simple-peer/simplepeer.min.js'] },
  builder: {},
  environments: {
    client: { build: { outDir: '../dist/client', emptyOutDir: true } },
    ssr: {
      build: {
        ssr: true,
        outDir: '../dist/server',
        emptyOutDir: true,
        rollupOptions: { input: { main: pathTo('signal-server/main.ts') } },
      },
    },
  },
  test: {
    projects: [
      {
        root: pathTo('.'),
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts', 'test/browser/**'],
        },
      },
      {
        root: pathTo('.'),
        optimizeDeps: {
          include: ['simple-peer/simplepeer.min.js', 'cborg', 'lit', 'fast-check', 'socket.io-client', 'valibot'],
        },
        test: {
          name: 'page',
          include: ['test/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: '/usr/bin/chromium',
                args: [
                  '--no-sandbox',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
