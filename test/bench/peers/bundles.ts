import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from '../reference.ts'
import type { Contestant } from './contestant-list.ts'
import { folder } from './installation.ts'

/** The scripts of a contestant's tab, in the order in which they run. */
export interface Bundle {
  readonly scripts: readonly string[]
  /** Bytes of what an application with this contestant loads before it runs, compressed by gzip; no script of the benchmark. */
  readonly gzipBytes: number
}

/** Bundles an entry as one classic script, as an application would in production. */
const bundle = async (entry: string, name: string): Promise<string> => {
  const built = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: true, lib: { entry: join(root, entry), name, formats: ['iife'] } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (!output || !('output' in output)) throw new Error(`Vite has built nothing of ${entry}`)
  // An init script of a browser is the body of a function, so its variables are not global.
  return `${output.output[0].code}\nglobalThis.${name} = ${name}`
}

const gzipSize = (text: string | Buffer): number => gzipSync(text, { level: 9 }).length

/** What the built page loads at once: its document, and the scripts and styles that the document names. */
const pageSize = (): number => {
  const folder = join(root, 'dist', 'client')
  const document = readFileSync(join(folder, 'index.html'), 'utf8')
  const files = [...document.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file = '']) => file)
  return ['index.html', ...files].reduce((sum, file) => sum + gzipSize(readFileSync(join(folder, file))), 0)
}

export const bundleContestant = async ({ id, server }: Contestant): Promise<Bundle> => {
  const code = await bundle(`test/bench/peers/contestants/${id}.ts`, 'contestant')
  const harness = await bundle('test/bench/peers/tab/harness.ts', 'harness')
  return { scripts: [code, harness], gzipBytes: server === 'grapevine-page' ? pageSize() : gzipSize(code) }
}
