import { readArguments } from '../support/command-line.ts'
import { flagKeys, flags } from './flags.ts'
import { type SimulationOptions, defaultOptions } from './simulation-options.ts'

export type Command =
  | { readonly type: 'run'; readonly options: SimulationOptions; readonly isJson: boolean }
  | { readonly type: 'help' }
  /** `message`: one sentence for the person who typed the command. */
  | { readonly type: 'usage-error'; readonly message: string }

const valued = Object.fromEntries(flagKeys.map((key) => [flags[key].flag, { type: 'string' } as const]))

/** Parses the arguments, `--flag value` or `--flag=value`. If a flag is repeated, its last value counts. */
export const parseCommand = (args: readonly string[]): Command => {
  const given = readArguments({
    args: [...args],
    options: { ...valued, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (typeof given === 'string') return { type: 'usage-error', message: given }
  const values: Readonly<Record<string, unknown>> = given.values
  if (values['help']) return { type: 'help' }
  const options: Record<string, unknown> = { ...defaultOptions }
  for (const key of flagKeys) {
    const { flag, values: allowed, parse } = flags[key]
    const text = values[flag]
    if (typeof text !== 'string') continue
    options[key] = parse(text)
    if (options[key] === undefined)
      return { type: 'usage-error', message: `--${flag} must be ${allowed}, not "${text}".` }
  }
  const complete = options as unknown as SimulationOptions
  const message = contradictionIn(complete)
  return message
    ? { type: 'usage-error', message }
    : { type: 'run', options: complete, isJson: values['json'] === true }
}

const contradictionIn = (options: SimulationOptions): string | undefined => {
  const { nodes, topology, degree, authors, calmS, timeLimitS, nemesis, nemesisIntervalS } = options
  if (topology === 'random' && degree >= nodes) return `--degree ${degree} needs more nodes than ${nodes}.`
  if (authors > nodes) return `There can't be ${authors} authors among ${nodes} nodes.`
  if (calmS > timeLimitS) return `--calm ${calmS} is longer than --time-limit ${timeLimitS}.`
  if (nemesis.length > 0 && nemesisIntervalS === 0) return '--nemesis-interval must be more than 0.'
  if (nemesis.length > 0 && nodes < 2) return 'A nemesis needs at least 2 nodes.'
  return undefined
}

const helpWidth = 100

export const helpText = (): string => {
  const entries = flagKeys.map((key) => {
    const { flag, values, description } = flags[key]
    const ofDefault = String(defaultOptions[key]) === '' ? 'none' : String(defaultOptions[key])
    return `  --${flag}\n${wrapped(`${values} (default ${ofDefault}): ${description}`)}`
  })
  return [
    'Runs the gossip core under virtual time and judges the run as Maelstrom judges a broadcast system.',
    '',
    'npm run simulate -- [flags]',
    '',
    ...entries,
    `  --json\n${wrapped('print one object instead of text')}`,
    `  --help\n${wrapped('print this')}`,
    '',
    'Ends with 0 if every promise held, with 1 if one did not, with 2 if the flags are wrong.',
    '',
    'Examples',
    '  npm run simulate -- --nodes 25 --topology grid --rate 100 --latency 100 --time-limit 20',
    '  npm run simulate -- --topology line --nemesis partition,churn --seed 7',
    '  npm run simulate -- --nodes 10000 --topology random --degree 6 --authors 25 --rate 10 --json',
  ].join('\n')
}

const wrapped = (text: string): string => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line.length + word.length < helpWidth - 8) lines[lines.length - 1] = line ? `${line} ${word}` : word
    else lines.push(word)
  }
  return lines.map((line) => `        ${line}`).join('\n')
}
