import { latencyShapes } from './network/latency.ts'
import { faultNames } from './faults/nemesis.ts'
import { signatureKinds } from './node/signatures.ts'
import { type SimulationOptions, defaultOptions } from './simulation-options.ts'
import { topologyNames } from './faults/topology.ts'

interface Flag<Value> {
  readonly flag: string
  /** The kind of value, for the help and for error messages: `--nodes` takes …. */
  readonly takes: string
  readonly says: string
  /** Returns undefined if the text is not a valid value. */
  readonly parse: (text: string) => Value | undefined
}

type Flags = { readonly [Key in keyof SimulationOptions]: Flag<SimulationOptions[Key]> }

const number = (takes: string, isAllowed: (value: number) => boolean): Pick<Flag<number>, 'takes' | 'parse'> => ({
  takes,
  parse: (text) => {
    const value = Number(text)
    return /^[0-9.]+$/.test(text) && isAllowed(value) ? value : undefined
  },
})

const integer = (least: number, most: number): Pick<Flag<number>, 'takes' | 'parse'> =>
  number(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  )

const amount = (unit: string, most: number): Pick<Flag<number>, 'takes' | 'parse'> =>
  number(`${unit} from 0 to ${most}`, (value) => value >= 0 && value <= most)

const share = (most: number): Pick<Flag<number>, 'takes' | 'parse'> =>
  number(`a share from 0 to ${most}`, (value) => value >= 0 && value <= most)

const choice = <Name extends string>(names: readonly Name[]): Pick<Flag<Name>, 'takes' | 'parse'> => ({
  takes: `one of ${names.join(', ')}`,
  parse: (text) => names.find((name) => name === text),
})

const list = <Name extends string>(names: readonly Name[]): Pick<Flag<readonly Name[]>, 'takes' | 'parse'> => ({
  takes: `one or several of ${names.join(', ')}, with commas between them`,
  parse: (text) => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    const found = names.filter((name) => parts.includes(name))
    return parts.every((part) => names.some((name) => name === part)) ? found : undefined
  },
})

const secondsPerDay = 86_400

/** All flags that describe a run, in the order of the help. */
export const flags: Flags = {
  nodes: { flag: 'nodes', ...integer(1, 100_000), says: 'nodes in the network' },
  topology: {
    flag: 'topology',
    ...choice(topologyNames),
    says: 'which nodes have links; grid, line, trees and total are Maelstrom’s',
  },
  degree: { flag: 'degree', ...integer(2, 1_000), says: 'links of each node in a random topology' },
  latencyMs: {
    flag: 'latency',
    ...amount('milliseconds', 60_000),
    says: 'mean time that an envelope takes for one hop',
  },
  latencyShape: {
    flag: 'latency-dist',
    ...choice(latencyShapes),
    says: 'how these times vary, as in Maelstrom, but a link keeps the order',
  },
  ratePerSecond: {
    flag: 'rate',
    ...amount('operations a second', 1_000_000),
    says: 'over all nodes; half of them broadcasts, half reads',
  },
  timeLimitS: {
    flag: 'time-limit',
    ...amount('seconds', secondsPerDay),
    says: 'for how long there are operations and faults',
  },
  authors: { flag: 'authors', ...integer(0, 100_000), says: 'how many nodes broadcast, chosen at random; 0: all' },
  loss: { flag: 'loss', ...share(0.99), says: 'of the envelopes that vanish on their way (real links lose none)' },
  linkDeaths: {
    flag: 'link-deaths',
    ...share(10),
    says: 'of the links that die each second; both ends hear of it and dial again',
  },
  nemesis: {
    flag: 'nemesis',
    ...list(faultNames),
    says:
      'faults. partition: envelopes between two groups of nodes vanish. cut: the links between two groups die and are ' +
      'dialled again. one-way: a quarter of the links lose one direction. churn: a quarter of the nodes stop without a ' +
      'bye and come back, with or without storage. slow: a quarter of the links get narrow',
  },
  nemesisIntervalS: {
    flag: 'nemesis-interval',
    ...amount('seconds', secondsPerDay),
    says: 'mean time that a fault lasts, and between two',
  },
  calmS: {
    flag: 'calm',
    ...amount('seconds', secondsPerDay),
    says: 'by which the last fault ends before the operations do',
  },
  recoveryS: {
    flag: 'recovery',
    ...amount('seconds', secondsPerDay),
    says: 'after the last operation in which all nodes must come to be equal',
  },
  batchMs: { flag: 'batch-ms', ...amount('milliseconds', 60_000), says: 'for which a node gathers what it sends' },
  announcements: {
    flag: 'announcements',
    ...choice(['on', 'off'] as const),
    says: 'whether nodes tell each other of themselves, as tabs do',
  },
  signatures: {
    flag: 'signatures',
    ...choice(['auto', ...signatureKinds] as const),
    says: 'Ed25519, or checksums for speed; auto: real up to 200 nodes',
  },
  seed: {
    flag: 'seed',
    ...integer(0, Number.MAX_SAFE_INTEGER),
    says: 'same seed, same run, byte for byte, but for wallMs',
  },
}

export const flagKeys = Object.keys(flags) as (keyof SimulationOptions)[]

/** The command that repeats the same simulation. It omits default values, except for nodes, topology and seed. */
export const commandOf = (options: SimulationOptions): string => {
  const told = flagKeys.filter(
    (key) => ['nodes', 'topology', 'seed'].includes(key) || String(options[key]) !== String(defaultOptions[key]),
  )
  return ['npm run simulate --', ...told.map((key) => `--${flags[key].flag} ${String(options[key])}`)].join(' ')
}
