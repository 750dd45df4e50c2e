import { latencyShapes } from './network/latency.ts'
import { faultNames } from './faults/nemesis.ts'
import { signatureKinds } from './node/signatures.ts'
import { type SimulationOptions, defaultOptions } from './simulation-options.ts'
import { topologyNames } from './faults/topology.ts'

interface Flag<Value> {
  readonly flag: string
  /** The allowed values, for the help and for error messages: `--nodes` must be …. */
  readonly values: string
  readonly description: string
  /** Returns undefined if the text is not a valid value. */
  readonly parse: (text: string) => Value | undefined
}

type Flags = { readonly [Key in keyof SimulationOptions]: Flag<SimulationOptions[Key]> }

const number = (values: string, isAllowed: (value: number) => boolean): Pick<Flag<number>, 'values' | 'parse'> => ({
  values,
  parse: (text) => {
    const value = Number(text)
    return /^[0-9.]+$/.test(text) && isAllowed(value) ? value : undefined
  },
})

const integer = (least: number, most: number): Pick<Flag<number>, 'values' | 'parse'> =>
  number(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  )

const amount = (unit: string, most: number): Pick<Flag<number>, 'values' | 'parse'> =>
  number(`${unit} from 0 to ${most}`, (value) => value >= 0 && value <= most)

const share = (most: number): Pick<Flag<number>, 'values' | 'parse'> =>
  number(`a share from 0 to ${most}`, (value) => value >= 0 && value <= most)

const choice = <Name extends string>(names: readonly Name[]): Pick<Flag<Name>, 'values' | 'parse'> => ({
  values: `one of ${names.join(', ')}`,
  parse: (text) => names.find((name) => name === text),
})

const list = <Name extends string>(names: readonly Name[]): Pick<Flag<readonly Name[]>, 'values' | 'parse'> => ({
  values: `one or several of ${names.join(', ')}, with commas between them`,
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
  nodes: { flag: 'nodes', ...integer(1, 100_000), description: 'number of nodes' },
  topology: {
    flag: 'topology',
    ...choice(topologyNames),
    description: 'which nodes have links; grid, line, trees and total are Maelstrom’s',
  },
  degree: { flag: 'degree', ...integer(2, 1_000), description: 'links of each node in a random topology' },
  latencyMs: {
    flag: 'latency',
    ...amount('milliseconds', 60_000),
    description: 'mean latency of one hop',
  },
  latencyShape: {
    flag: 'latency-dist',
    ...choice(latencyShapes),
    description: 'distribution of the latency, as in Maelstrom, but a link keeps the order',
  },
  ratePerSecond: {
    flag: 'rate',
    ...amount('operations a second', 1_000_000),
    description: 'of all nodes together; half of them broadcasts, half reads',
  },
  timeLimitS: {
    flag: 'time-limit',
    ...amount('seconds', secondsPerDay),
    description: 'duration of the operations and faults',
  },
  authors: {
    flag: 'authors',
    ...integer(0, 100_000),
    description: 'number of nodes that broadcast, chosen at random; 0: all',
  },
  loss: { flag: 'loss', ...share(0.99), description: 'of the envelopes that get lost (real links lose none)' },
  linkDeaths: {
    flag: 'link-deaths',
    ...share(10),
    description: 'of the links that end each second; both ends notice and dial again',
  },
  nemesis: {
    flag: 'nemesis',
    ...list(faultNames),
    description:
      'faults. partition: envelopes between two groups of nodes get lost. cut: the links between two groups end and are ' +
      'dialled again. one-way: a quarter of the links lose one direction. churn: a quarter of the nodes stop without a ' +
      'bye and come back, with or without storage. slow: a quarter of the links have little bandwidth',
  },
  nemesisIntervalS: {
    flag: 'nemesis-interval',
    ...amount('seconds', secondsPerDay),
    description: 'mean duration of a fault, and of the pause between two faults',
  },
  calmS: {
    flag: 'calm',
    ...amount('seconds', secondsPerDay),
    description: 'between the end of the last fault and the last operation',
  },
  recoveryS: {
    flag: 'recovery',
    ...amount('seconds', secondsPerDay),
    description: 'after the last operation within which all nodes must become equal',
  },
  batchMs: {
    flag: 'batch-ms',
    ...amount('milliseconds', 60_000),
    description: 'for which a node collects blocks before it sends them',
  },
  announcements: {
    flag: 'announcements',
    ...choice(['on', 'off'] as const),
    description: 'whether nodes announce themselves, as tabs do',
  },
  signatures: {
    flag: 'signatures',
    ...choice(['auto', ...signatureKinds] as const),
    description: 'Ed25519, or checksums for speed; auto: real up to 200 nodes',
  },
  seed: {
    flag: 'seed',
    ...integer(0, Number.MAX_SAFE_INTEGER),
    description: 'the same seed gives the same result, except for wallMs',
  },
}

export const flagKeys = Object.keys(flags) as (keyof SimulationOptions)[]

/** The command that repeats the same simulation. It omits default values, except for nodes, topology and seed. */
export const commandOf = (options: SimulationOptions): string => {
  const given = flagKeys.filter(
    (key) => ['nodes', 'topology', 'seed'].includes(key) || String(options[key]) !== String(defaultOptions[key]),
  )
  return ['npm run simulate --', ...given.map((key) => `--${flags[key].flag} ${String(options[key])}`)].join(' ')
}
