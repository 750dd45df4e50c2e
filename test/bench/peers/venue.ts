import { type ChildProcess, spawn } from 'node:child_process'
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
const openGrapevine = async ({ scripts }: Bundle): Promise<Venue> => {
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

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Starts a contestant's own server. It prints the address for its tabs. */
const startServer = async (script: string): Promise<{ readonly child: ChildProcess; readonly address: string }> => {
  const child = spawn(process.execPath, [join(folder, 'servers', script)], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, address: await printedText(child, /address: (\S+)/, startWithinMs) }
}

const stopServer = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

export const openVenue = async ({ server }: Contestant, bundle: Bundle): Promise<Venue> => {
  if (server === 'grapevine') return openGrapevine(bundle)
  const pages = await openPages(bundle)
  const own = server === 'introducer' ? undefined : await startServer(server)
  if (!own) attachIntroducer(pages)
  const introducer = own?.address ?? `ws://127.0.0.1:${portOf(pages)}`
  return {
    address: (id, peer) => `http://127.0.0.1:${portOf(pages)}/?${queryOf({ id, peer, introducer })}`,
    script: '',
    async close() {
      if (own) await stopServer(own.child)
      pages.closeAllConnections()
      pages.close()
    },
  }
}
