import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { printedText } from '../../support/printed-text.ts'
import { ServerProcess } from '../../support/server-process.ts'
import type { Bundle } from './bundles.ts'
import type { Contestant } from './contestant-list.ts'
import { folder } from './installation.ts'
import { attachIntroducer } from './introducer.ts'

/** The servers of one contestant: of its page, and what introduces its tabs. */
export interface Venue {
  address(name: string, upstream: string | undefined): string
  /** A script that every tab runs before those of its page; empty if the page contains it. */
  readonly script: string
  close(): Promise<void>
}

const queryOf = (query: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ).toString()

/** Milliseconds until a contestant's server has printed its address. */
const startWithinMs = 30_000

/** Grapevine's page runs unchanged: its tabs get the scripts of the benchmark from the browser. */
const openGrapevinePage = async ({ scripts }: Bundle): Promise<Venue> => {
  const server = await ServerProcess.start()
  return {
    address: (id, peer) => `${server.origin}/?${queryOf({ id, peer })}`,
    script: scripts.join('\n'),
    close: () => server.stop(),
  }
}

const openPages = async ({ scripts }: Bundle): Promise<Server> => {
  const tags = scripts.map((_, index) => `<script src="${index}.js"></script>`).join('')
  const document = `<!doctype html><meta charset="utf-8" /><title>Contestant</title><body>${tags}</body>`
  const server = createServer(({ url = '/' }, response) => {
    const [, index] = /^\/(\d)\.js$/.exec(url) ?? []
    const script = index === undefined ? undefined : scripts[Number(index)]
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript')
    response.setHeader('Cache-Control', script === undefined ? 'no-cache' : 'max-age=3600')
    response.end(script ?? document)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

interface Introducer {
  /** The address that its tabs get. */
  readonly address: string
  stop(): Promise<void>
}

/** Starts a server of `servers/`. It prints the address for its tabs. */
const startServer = async (script: string): Promise<Introducer> => {
  const child = spawn(process.execPath, [join(folder, 'servers', script)], { stdio: ['ignore', 'pipe', 'inherit'] })
  return {
    address: await printedText(child, /address: (\S+)/, startWithinMs),
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

const startGrapevine = async (pageOrigin: string): Promise<Introducer> => {
  const server = await ServerProcess.start({ ALLOWED_ORIGINS: pageOrigin })
  return { address: server.origin, stop: () => server.stop() }
}

const startIntroducer = async ({ server }: Contestant, pages: Server, host: string): Promise<Introducer> => {
  if (server === 'grapevine') return startGrapevine(`http://${host}`)
  if (server !== 'introducer') return startServer(server)
  attachIntroducer(pages)
  return { address: `ws://${host}`, stop: async () => undefined }
}

export const openVenue = async (contestant: Contestant, bundle: Bundle): Promise<Venue> => {
  if (contestant.server === 'grapevine-page') return openGrapevinePage(bundle)
  const pages = await openPages(bundle)
  const host = `127.0.0.1:${(pages.address() as AddressInfo).port}`
  const introducer = await startIntroducer(contestant, pages, host)
  return {
    address: (id, peer) => `http://${host}/?${queryOf({ id, peer, introducer: introducer.address })}`,
    script: '',
    async close() {
      await introducer.stop()
      pages.closeAllConnections()
      pages.close()
    },
  }
}
