import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from './find-command.ts'
import { run } from './installation.ts'
import { obtainPrograms } from './obtained-programs.ts'

const packages = { ip: 'iproute2', unshare: 'util-linux', nsenter: 'util-linux' } as const

/** Like a classroom's switch without a router: an interface that is up, an address, no default route. */
const setUp = (ip: string): string =>
  [
    `${ip} link set lo up`,
    `${ip} link add lan0 type veth peer name lan1`,
    `${ip} link set lan0 up`,
    `${ip} link set lan1 up`,
    `${ip} address add 10.77.0.1/24 dev lan0`,
    'echo ready',
    // Keeps the namespace until its input ends, that is, until this test ends in whatever manner.
    'exec cat',
  ].join(' && ')

/**
 * A separate network for programs of a test, with a loopback and one interface that leads nowhere. It has no name, so it ends
 * with the last process in it: nothing has to be removed.
 */
export class NetworkNamespace {
  /** A prefix for a command, which then runs in this network. */
  readonly launcher: readonly string[]
  readonly #holder: ChildProcess
  readonly #folder: string

  /** Rejects with a message for a person if this user may not create a network namespace. */
  static async create(): Promise<NetworkNamespace> {
    const { ip, unshare, nsenter } = await obtainPrograms(packages, (line) => console.info(line))
    const isRoot = process.getuid?.() === 0
    const holder = spawn(unshare, [...(isRoot ? [] : ['--map-root-user']), '--net', 'sh', '-c', setUp(ip)])
    let output = ''
    holder.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const isReady = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ])
    if (!isReady) {
      throw new Error(
        `This test needs a network namespace of its own. Run the tests as root, with the capabilities CAP_SYS_ADMIN and CAP_NET_ADMIN, or allow users to make namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0): ${output.trim()}`,
      )
    }
    const enter = [nsenter, '--target', String(holder.pid), '--net']
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-namespace-'))
    return new NetworkNamespace(isRoot ? enter : [...enter, '--user', '--preserve-credentials'], holder, folder)
  }

  private constructor(launcher: readonly string[], holder: ChildProcess, folder: string) {
    this.launcher = launcher
    this.#holder = holder
    this.#folder = folder
  }

  /** A script that runs `program` in this network, for callers that need a single path. */
  async programIn(program: string): Promise<string> {
    const script = join(this.#folder, 'program')
    const words = [...this.launcher, program].map((word) => `'${word}'`).join(' ')
    await writeFile(script, `#!/bin/sh\nexec ${words} "$@"\n`)
    await chmod(script, 0o755)
    return script
  }

  /** Adds a default route, whose gateway does not exist. */
  async addDefaultRoute(): Promise<void> {
    const [command, ...args] = [...this.launcher, findCommand('ip')[0] ?? 'ip']
    await run(command, [...args, 'route', 'add', 'default', 'via', '10.77.0.254'])
  }

  async close(): Promise<void> {
    this.#holder.kill('SIGKILL')
    await rm(this.#folder, { recursive: true })
  }
}
