import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { run } from '../../machine/installation.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const programs = {
  tsc: join(root, 'node_modules/typescript/bin/tsc'),
  vite: join(root, 'node_modules/vite/bin/vite.js'),
}

/** The application's own part of the server: its built page, and at `/dev/` Vite's development server. */
const requestListener = `
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createServer } from '${pathToFileURL(join(root, 'node_modules/vite/dist/node/index.js')).href}'

const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' }
const server = { middlewareMode: true, hmr: false, ws: false }
const vite = await createServer({ base: '/dev/', configFile: false, logLevel: 'error', server })

export const app = async (request, response) => {
  if (request.url.startsWith('/dev/')) return vite.middlewares(request, response)
  const { pathname } = new URL(request.url, 'http://localhost')
  const file = pathname === '/' ? '/index.html' : pathname
  const body = await readFile(join('dist', file)).catch(() => undefined)
  response.writeHead(body ? 200 : 404, { 'Content-Type': types[extname(file)] ?? 'text/plain' }).end(body)
}
`

const document = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>An application</title><link rel="icon" href="data:," /></head>
  <body><script type="module" src="/src/main.ts"></script></body>
</html>
`

/** Uses the subpaths that the page does not use. Its types are checked, and Node runs it. */
const otherSubpaths = `
import { createServer } from 'node:http'
import { GossipCore, type GossipEffect, parseNodeName, parsePeerId } from 'grapevine/core'
import { attachSignalling, type SignallingOptions } from 'grapevine/server'
import { type SimulationResult, simulate, startLine } from 'grapevine/testing'

const options: SignallingOptions = { allowedOrigins: ['https://example.org'] }
await attachSignalling(createServer(), options).close()

const [self, name] = [parsePeerId('A'.repeat(43)), parseNodeName('alice')]
if (!self || !name) throw new Error('no name or no key')
const core = new GossipCore({ self, name, epoch: '1-0123456789abcdef', random: Math.random })
const effects: readonly GossipEffect[] = core.handle({ type: 'publish', id: 1, time: 0, body: 'hello', bytes: 6 }, 0)
if (!effects.some(({ type }) => type === 'sign')) throw new Error('the core does not ask for a signature')

const { clock, nodes } = await startLine(['node1', 'node2'])
await nodes[0].node.publish('from node1')
await clock.pass(1_000)
const { isValid }: SimulationResult = await simulate({ nodes: 5, topology: 'ring', timeLimitS: 1 })
console.log(JSON.stringify({ isValid, bodies: nodes[1].node.entries().map(({ body }) => body) }))
`

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
}
/** A page by a bundler, without the types of Node or Vite; and all subpaths by Node. */
const projects = {
  'tsconfig.json': {
    compilerOptions: { ...compilerOptions, module: 'esnext', moduleResolution: 'bundler', types: [], noEmit: true },
    files: ['src/main.ts'],
  },
  'tsconfig.node.json': {
    compilerOptions: { ...compilerOptions, module: 'nodenext', types: ['node'], rootDir: 'src', outDir: 'out' },
    include: ['src'],
  },
}

/** The code block of README's section *Embed it* in this language. */
const readSnippet = async (language: string): Promise<string> => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const section = /^## Embed it\n(.*?)^## /ms.exec(readme.replaceAll('\r\n', '\n'))?.[1] ?? ''
  const code = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section)?.[1]
  if (code === undefined) throw new Error(`README's section “Embed it” has no ${language}`)
  return code
}

/** An application outside the repository, which has installed the packed package, and what README says to write. */
export class Application {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Packs this repository's build, and installs it into a new folder. */
  static async install(): Promise<Application> {
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-application-'))
    const application = new Application(folder)
    try {
      await npm(root, 'run', 'build:package')
      await npm(root, 'pack', '--ignore-scripts', '--pack-destination', folder)
      const [filename = ''] = await readdir(folder)
      await application.#write('package.json', JSON.stringify({ name: 'application', private: true, type: 'module' }))
      await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`)
      await application.#write('index.html', document)
      await application.#write('src/main.ts', await readSnippet('ts'))
      await application.#write('src/others.ts', otherSubpaths)
      await application.#write('server.js', await readSnippet('js'))
      await application.#write('app.js', requestListener)
      for (const [name, project] of Object.entries(projects)) await application.#write(name, JSON.stringify(project))
      return application
    } catch (error) {
      await application.remove()
      throw error
    }
  }

  /** Rejects with the compiler's errors. */
  async checkTypes(): Promise<void> {
    await Promise.all(Object.keys(projects).map((project) => this.#runNode(programs.tsc, '--project', project)))
  }

  async build(): Promise<void> {
    await this.#runNode(programs.vite, 'build', '--logLevel', 'error')
  }

  /** What Node prints for the subpaths that the page does not use. Their types were checked before. */
  async runOthers(): Promise<unknown> {
    return JSON.parse(await this.#runNode('out/others.js'))
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true })
  }

  async #write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }

  async #runNode(...args: readonly string[]): Promise<string> {
    return runIn(this.folder, process.execPath, args)
  }
}

const npm = (cwd: string, ...args: readonly string[]): Promise<string> => runIn(cwd, 'npm', args)

/** Gives what the program prints; rejects with all that it has printed. */
const runIn = async (cwd: string, program: string, args: readonly string[]): Promise<string> => {
  const shell = program === 'npm' && process.platform === 'win32'
  try {
    return (await run(program, [...args], { cwd, shell, maxBuffer: 16 * 1024 * 1024 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}
