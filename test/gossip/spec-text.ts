import { readFile, writeFile } from 'node:fs/promises'
import { diagnose } from 'cbor2'
import { type GossipLimits, gossipLimits } from '../../client/gossip/bounds/limits.ts'
import { type FrameVector, fromHex, readVectors } from './vectors/vector-files.ts'

const specFile = new URL('../../client/gossip/SPEC.md', import.meta.url)
const limitsFiles = ['limits', 'message-limits'].map(
  (name) => new URL(`../../client/gossip/bounds/${name}.ts`, import.meta.url),
)

type LimitName = keyof GossipLimits

/** What a receiver refuses depends on these, so all nodes must use the same values. */
const wireLimits: ReadonlySet<string> = new Set<LimitName>([
  'maxFrameBytes',
  'maxBodyBytes',
  'maxBlockBytes',
  'maxRunBytes',
  'maxLargeBodyBytes',
  'maxBodyValues',
  'maxTopicBytes',
  'maxBodyDepth',
  'maxEntriesPerBlock',
  'maxPathNames',
  'maxBlocksPerEnvelope',
  'maxLogsPerEnvelope',
  'maxLogs',
  'maxLinks',
  'maxAnnouncementMs',
  'maxAnnouncedLinks',
  'maxNoticesPerEnvelope',
  'maxNoticeBytes',
  'maxEphemeralBodyBytes',
  'maxEphemeralBytes',
  'maxDirectBytes',
  'maxDirectPieceBytes',
])

interface LimitRow {
  readonly names: LimitName[]
  readonly reason: string
}

/** The comments of `limits.ts`, each with the limits that it describes. */
const limitRows = (source: string): readonly LimitRow[] => {
  const rows: LimitRow[] = []
  for (const [, comment, name] of source.matchAll(/\/\*\*([^]*?)\*\/|^ {2}(\w+): /gm)) {
    if (comment !== undefined) rows.push({ names: [], reason: comment.replace(/\s*\n?\s+\*?\s*/g, ' ').trim() })
    else rows.at(-1)?.names.push(name as LimitName)
  }
  return rows.filter(({ names }) => names.length > 0)
}

const tableOf = (rows: readonly LimitRow[]): string =>
  [
    '<!-- prettier-ignore-start -->',
    '| limit | value | meaning |',
    '| --- | --- | --- |',
    ...rows.map(({ names, reason }) => {
      const values = names.map((name) => gossipLimits[name].toLocaleString('en'))
      return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${values.join('; ')} | ${reason} |`
    }),
    '<!-- prettier-ignore-end -->',
  ].join('\n')

/** Long bytes are in the vectors. */
const shortened = (text: string): string =>
  text.replace(
    /h'([0-9a-f]{16})([0-9a-f]{16,})'/g,
    (_, start: string, rest: string) => `h'${start}…' /${8 + rest.length / 2} bytes/`,
  )

/** Lines of at most 112 characters, broken at blanks. */
const wrapped = (text: string): string =>
  text.split(' ').reduce((lines, word) => {
    const isFull = lines.length - lines.lastIndexOf('\n') + word.length > 112
    return `${lines}${isFull ? '\n' : ' '}${word}`
  })

const exampleOf = ({ title, frame }: FrameVector): string => {
  const hex = frame.match(/.{1,112}/g) ?? []
  return [`Example, ${title}:`, '', '```text', wrapped(shortened(diagnose(fromHex(frame)))), '', ...hex, '```'].join(
    '\n',
  )
}

/** The parts of SPEC.md that are generated, by name. */
const generatedParts = async (): Promise<ReadonlyMap<string, string>> => {
  const sources = await Promise.all(limitsFiles.map((file) => readFile(file, 'utf8')))
  const rows = sources.flatMap(limitRows)
  const isWire = ({ names }: LimitRow): boolean => names.some((name) => wireLimits.has(name))
  const frames = await readVectors('frames')
  const types = [...new Set(frames.map(({ type }) => type))]
  return new Map([
    ['limits of the wire', tableOf(rows.filter(isWire))],
    ['limits of a node', tableOf(rows.filter((row) => !isWire(row)))],
    ...types.map((type) => {
      const examples = frames.filter((frame) => frame.type === type)
      return [`examples of ${type}`, examples.map(exampleOf).join('\n\n')] as const
    }),
  ])
}

export const readSpec = (): Promise<string> => readFile(specFile, 'utf8')

/** SPEC.md with its generated parts as they have to be. Throws if one of them has no place. */
export const renewedSpec = async (spec: string): Promise<string> => {
  let text = spec
  for (const [name, part] of await generatedParts()) {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end of generated: ${name} -->`]
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`SPEC.md has no place for "${name}"`)
    text = `${text.slice(0, from)}${start}\n\n${part}\n\n${text.slice(to)}`
  }
  return text
}

export const renewSpec = async (): Promise<void> => writeFile(specFile, await renewedSpec(await readSpec()))
