import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { NodeOptions } from '../create/node-options.ts'

/** What the command was asked to do. */
export type CommandRequest =
  | { readonly type: 'help' }
  /** The arguments are invalid; `message` is for the person who typed them. */
  | { readonly type: 'invalid'; readonly message: string }
  | { readonly type: 'run'; readonly options: RunOptions }

export interface RunOptions extends Pick<NodeOptions, 'name' | 'server' | 'net' | 'upstreams' | 'token' | 'retention'> {
  readonly net: string
  /** The folder of key and messages. */
  readonly folder: string
}

/** Bytes of memory for messages. A node of the network keeps an eighth of it. */
const keepMiB = 256
const keepDays = 365

const tokenVariable = 'GRAPEVINE_TOKEN'

/** Where programs of this person keep their data, by the rules of this system. */
const dataFolder = (environment: NodeJS.ProcessEnv): string => {
  const home = homedir()
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Grapevine')
  if (process.platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Grapevine')
  }
  return join(environment['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'grapevine')
}

export const usage = (environment: NodeJS.ProcessEnv): string => `Usage: grapevine node --server URL --id NAME [options]

Runs a node without a browser. It keeps all messages in files, and is there when all tabs are closed: an archive. Stop it
with Ctrl+C.

  --server URL      The address of the page, such as http://localhost:3000/
  --id NAME         The node's name: 1 to 32 letters, digits, _ or -
  --peer NAME       A node to dial: node1, or node1@KEY for this key only. Repeat it, or separate with commas; at most 8.
                    Tabs can dial this node as well: &peer=NAME in their address, with the name after --id
  --net NAME        The network on the server; main by default
  --token TOKEN     The access token of a private server. Other people on this machine can read the arguments of a
                    program: the environment variable ${tokenVariable} is the better place
  --data FOLDER     Where key and messages are kept; by default
                    ${dataFolder(environment)}
  --keep-mib N      MiB of memory for messages; ${keepMiB} by default. A short message takes some 0.8 KB. When they are used up, the
                    oldest messages of whoever has most go first. The files take at most twice as much
  --keep-days N     Days for which an author's messages are kept after the last one, in time with a neighbour; ${keepDays} by
                    default, at least 3
  --help            Shows this text

What is kept: all messages within these two limits, of at most 4,096 page loads of authors. Other nodes fetch what is within
their own limits: of an author whose last message is 72 hours of network time old, they accept nothing more.
`

const optionTypes = {
  server: { type: 'string' },
  id: { type: 'string' },
  peer: { type: 'string', multiple: true },
  net: { type: 'string', default: 'main' },
  token: { type: 'string' },
  data: { type: 'string' },
  'keep-mib': { type: 'string', default: String(keepMiB) },
  'keep-days': { type: 'string', default: String(keepDays) },
  help: { type: 'boolean', default: false },
} as const

/** Reads the arguments after `grapevine node`. What names and addresses look like is checked by `createNode`. */
export const readCommand = (args: readonly string[], environment: NodeJS.ProcessEnv): CommandRequest => {
  const values = parse(args)
  if (values instanceof Error) return invalid(values.message)
  if (values.help) return { type: 'help' }
  const { server, id, net, peer = [], token = environment[tokenVariable], data } = values
  if (server === undefined)
    return invalid('--server is missing: the address of the page, such as http://localhost:3000/.')
  if (id === undefined) return invalid('--id is missing: the name of this node, such as archive.')
  const [mib, days] = [Number(values['keep-mib']), Number(values['keep-days'])]
  if (!(mib >= 1 && mib <= 1_048_576)) {
    return invalid(`--keep-mib: “${values['keep-mib']}” is not a number of MiB from 1 to 1048576.`)
  }
  if (!(days >= 3 && days <= 36_500)) {
    return invalid(`--keep-days: “${values['keep-days']}” is not a number of days from 3 to 36500.`)
  }
  const upstreams = peer.flatMap((text) => text.split(',')).map((text) => text.trim())
  return {
    type: 'run',
    options: {
      server,
      name: id,
      net,
      upstreams: upstreams.filter((text) => text !== ''),
      ...(token && { token }),
      folder: resolve(data ?? dataFolder(environment)),
      retention: { bytes: mib * 1_048_576, days },
    },
  }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: optionTypes }).values
  } catch (error) {
    const isUsageError = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
    if (!isUsageError) throw error
    return error
  }
}

const invalid = (message: string): CommandRequest => ({
  type: 'invalid',
  message: `${message.replace(/\s*\n/g, ' ')} See grapevine node --help.`,
})
