import { parseNodeName } from '../../gossip/wire/node-name.ts'
import type { LinkFault } from '../api/link-fault.ts'

const faultLimits = {
  /** Faults of one node. */
  faults: 64,
  /** Milliseconds of a delay. */
  delayMs: 60_000,
  /** Bytes a second. */
  bytesPerSecond: 1_000_000_000,
} as const

type Check = (value: unknown) => boolean

const isNumber =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most

const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value)

interface Field {
  readonly is: Check
  readonly words: string
}

const share: Field = { is: isNumber(0, 1), words: 'a number from 0 to 1' }
const ms: Field = { is: isNumber(0, faultLimits.delayMs), words: 'a number of milliseconds from 0 to 60000' }

/** What each kind of fault needs beside its scope. */
const fieldsOf: Readonly<Record<LinkFault['kind'], Readonly<Record<string, Field>>>> = {
  cut: {},
  delay: {
    ms,
    spread: { is: isOneOf(undefined, 'uniform', 'exponential'), words: 'absent, “uniform” or “exponential”' },
  },
  loss: { share },
  duplicate: { share },
  reorder: { share, ms },
  bandwidth: {
    bytesPerSecond: { is: isNumber(1, faultLimits.bytesPerSecond), words: 'a number of bytes from 1 to 1000000000' },
  },
}

const scope: Readonly<Record<string, Field>> = {
  peer: { is: (value) => parseNodeName(value) !== undefined, words: 'the name of a neighbour' },
  direction: { is: isOneOf(undefined, 'out', 'in'), words: 'absent, “out” or “in”' },
  seed: {
    is: (value) => value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0),
    words: 'absent or a whole number from 0 on',
  },
}

/** A copy of the faults that an application sets. Throws a TypeError that names the place of the first mistake. */
export const readFaults = (value: unknown): readonly LinkFault[] => {
  if (!Array.isArray(value)) throw new TypeError('disturb needs a list of faults; an empty one ends all')
  if (value.length > faultLimits.faults) {
    throw new RangeError(`${value.length} faults; a node has at most ${faultLimits.faults}`)
  }
  return value.map((fault: unknown, index) => readFault(fault, `faults[${index}]`))
}

const readFault = (value: unknown, place: string): LinkFault => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const { kind } = given
  if (typeof kind !== 'string' || !Object.hasOwn(fieldsOf, kind)) {
    throw new TypeError(`${place}.kind must be one of ${Object.keys(fieldsOf).join(', ')}, not ${shown(kind)}`)
  }
  const fields = { ...scope, ...fieldsOf[kind as LinkFault['kind']] }
  const unknown = Object.keys(given).find((key) => key !== 'kind' && !Object.hasOwn(fields, key))
  if (unknown !== undefined) throw new TypeError(`${place}: a ${kind} has no ${unknown}`)
  for (const [key, { is, words }] of Object.entries(fields)) {
    if (!is(given[key])) throw new TypeError(`${place}.${key} must be ${words}, not ${shown(given[key])}`)
  }
  return { ...given } as unknown as LinkFault
}

const shown = (value: unknown): string => (typeof value === 'string' ? `“${value}”` : String(value))
