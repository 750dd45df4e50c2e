import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject, onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'

const deployed = (file: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../signal-server/deploy/${file}`, import.meta.url)), 'utf8')

const createCertificate = async (folder: string): Promise<void> => {
  const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=grapevine.example'
  await promisify(execFile)(
    'openssl',
    ['req', ...options.split(' '), '-keyout', 'grapevine.key', '-out', 'grapevine.crt'],
    { cwd: folder },
  )
}

/** Throws if the text does not contain the text to replace. */
const replaceAll = (text: string, replacements: readonly (readonly [string, string])[]): string =>
  replacements.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`nginx.conf does not say "${from}"`)
    return result.replaceAll(from, to)
  }, text)

/** A configuration like Debian's nginx.conf around a file in conf.d, but with all paths inside the folder. */
const frameOf = (folder: string): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
    access_log off;
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
    include ${folder}/grapevine.conf;
}
`

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const stream = createConnection({ port, host: '127.0.0.1' })
    stream.once('connect', () => resolve(true)).once('error', () => resolve(false))
    stream.once('connect', () => stream.destroy())
  })

const end = async (nginx: ChildProcess): Promise<void> => {
  if (nginx.exitCode !== null) return
  const exit = once(nginx, 'exit')
  nginx.kill('SIGTERM')
  await exit
}

/** A folder for one nginx, removed at the end of the test. */
const createFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'grapevine-nginx-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // If root starts nginx, its workers run as another user.
  await chmod(folder, 0o755)
  return folder
}

/** Runs nginx with this file in its conf.d until the end of the test. Resolves when it listens. */
const run = async (folder: string, file: string, port: number): Promise<void> => {
  await writeFile(join(folder, 'grapevine.conf'), file)
  await writeFile(join(folder, 'nginx.conf'), frameOf(folder))
  const nginx = spawn(inject('serverPrograms').nginx, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')])
  onTestFinished(() => end(nginx))
  let output = ''
  nginx.stderr.on('data', (data) => (output += data))
  while (!(await isListening(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${output}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/**
 * A real nginx with the site that the repository recommends, in front of a server on that port. Only addresses and
 * paths are replaced.
 */
export const startNginx = async (upstreamPort: number): Promise<{ httpPort: number; httpsPort: number }> => {
  const folder = await createFolder()
  const [httpPort, httpsPort, httpPort6, httpsPort6] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  await createCertificate(folder)
  const text = replaceAll(await deployed('nginx.conf'), [
    ['server 127.0.0.1:3000;', `server 127.0.0.1:${upstreamPort};`],
    ['listen 80;', `listen 127.0.0.1:${httpPort};`],
    ['listen 443 ', `listen 127.0.0.1:${httpsPort} `],
    // Not every machine has IPv6.
    ['listen [::]:80;', `listen 127.0.0.1:${httpPort6};`],
    ['listen [::]:443 ', `listen 127.0.0.1:${httpsPort6} `],
    ['/etc/ssl/certs/grapevine.crt', `${folder}/grapevine.crt`],
    ['/etc/ssl/private/grapevine.key', `${folder}/grapevine.key`],
  ])
  await run(folder, text, httpsPort)
  return { httpPort, httpsPort }
}

/** The configuration that the repository recommends for a path of another site, in front of a server on that port. */
export const nginxPathLocations = async (upstreamPort: number): Promise<string> =>
  replaceAll(await deployed('nginx-path.conf'), [
    ['proxy_pass http://127.0.0.1:3000/;', `proxy_pass http://127.0.0.1:${upstreamPort}/;`],
  ])

/** A real nginx with one site without TLS for each of these texts. Returns their ports. */
export const startNginxSites = async <const Sites extends readonly string[]>(
  ...sites: Sites
): Promise<{ [Index in keyof Sites]: number }> => {
  const folder = await createFolder()
  const ports = await Promise.all(sites.map(() => freePort()))
  const servers = sites.map(
    (lines, index) => `server {\n listen 127.0.0.1:${ports[index]};\n root ${folder};\n${lines}\n}\n`,
  )
  await run(folder, servers.join(''), ports.at(-1) ?? 0)
  return ports as { [Index in keyof Sites]: number }
}
