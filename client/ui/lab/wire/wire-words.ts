import type { JsonValue } from '../../../gossip/wire/entry.ts'
import type { WireEnvelope } from '../../../node/api/grapevine.ts'
import { shortPeerId } from '../../../gossip/wire/peer-id.ts'
import { countWords, listWords } from '../../words/listing.ts'

/** The purpose of each type of envelope, in the order of the wire codes; see client/gossip/SPEC.md. */
export const wirePurposes: Readonly<Record<string, string>> = {
  hello:
    'The first envelope in both directions of a link: the name of the sender, its protocol version and its digest.',
  push: 'New blocks, sent at once along the tree.',
  blocks: 'Requested blocks, the oldest first.',
  ihave: 'Announces blocks that were not pushed. The receiver requests those that do not arrive along the tree.',
  iwant: 'Requests blocks, from a height on. With graft, it also requests that this log is pushed from now on.',
  prune: 'Copies of this log arrived here first over another link. It requests only announcements from now on.',
  frontier: 'The logs that changed since the last frontier, and the height of each. Both sides see what they lack.',
  fork: 'Two blocks that one author signed for the same height, as the proof.',
  heartbeat: 'The sender is alive. The echo measures the round trip; the digest shows whether both hold the same.',
  bye: 'The last envelope of a link: its sender ends it.',
  announce: 'Announcements that nodes make of themselves, so that every tab knows the whole network.',
  ask: 'Asks the whole network who has a block.',
  receipts: 'Answers to ask, on their way back to the node that asked.',
  summary: 'Two bytes for each log held. The receiver answers with a frontier of the logs that may differ.',
  ephemeral:
    'A message that no node keeps, such as the place of a cursor: signed, and sent along the tree of its author.',
  graft: 'Messages of this log did not arrive here. It requests that the receiver pushes them from now on.',
  direct: 'A piece of a message for the receiver alone. No node keeps it.',
  received: 'How many bytes of a direct message have arrived.',
  'foreign-hello': 'A hello in another version of the protocol. The link is closed.',
  'malformed-frame': 'Not a valid envelope. Three of them close the link.',
}

/** Names by PeerId, as learned from the network, links and blocks. */
export type WireNames = ReadonlyMap<string, string>

/** Summarizes the content of an envelope in one line. */
export const summarize = ({ type, content }: WireEnvelope, names: WireNames): string => {
  const fields = membersOf(content)
  switch (type) {
    case 'hello':
      return `${text(fields['name'])}, protocol version ${text(fields['version'])}`
    case 'foreign-hello':
      return `protocol version ${text(fields['version'])}, which this tab does not support`
    case 'push':
      return blocksLine(fields)
    case 'blocks':
      return blocksLine(fields) + (fields['more'] === true ? ', more to come' : '')
    case 'ihave':
      return headsLine(fields['heads'], names, 'up to')
    case 'iwant':
      return wantsLine(fields['wants'], names) + (fields['graft'] === true ? ', push from now on' : '')
    case 'prune':
      return logName(fields['log'], names)
    case 'frontier': {
      const count = lengthOf(fields['entries'])
      return countWords(count, 'log', 'logs') + (fields['isAnswer'] === true ? ', as an answer' : '')
    }
    case 'summary':
      return fields['isAnswer'] === true ? 'of the whole ledger, as an answer' : 'of the whole ledger'
    case 'fork': {
      const one = membersOf(listOf(fields['one'])[0])
      const what = `of ${text(one['name'])} for height ${text(one['height'])}`
      return fields['other'] === null ? `half of the proof: a block ${what}` : `two blocks ${what}`
    }
    case 'heartbeat':
      return `number ${text(fields['count'])}, echo of ${text(fields['echo'])}${fields['ask'] === true ? ', answer at once' : ''}`
    case 'announce':
      return `announcements of ${countWords(lengthOf(fields['notices']), 'node', 'nodes')}`
    case 'ask':
      return countWords(lengthOf(fields['notices']), 'request', 'requests')
    case 'receipts':
      return countWords(lengthOf(fields['notices']), 'receipt', 'receipts')
    case 'ephemeral': {
      const message = membersOf(fields['message'])
      const topic = message['topic'] === undefined ? '' : `, topic ${text(message['topic'])}`
      const name = 'name' in message ? `number ${text(message['number'])} of ${text(message['name'])}` : 'malformed'
      return `${name}${topic}${fields['isBeside'] === true ? ', beside the tree' : ''}`
    }
    case 'graft':
      return logName(fields['log'], names)
    case 'direct': {
      const size = Number(membersOf(fields['bytes'])['bytes'])
      const [offset, total] = [Number(fields['offset']), Number(fields['total'])]
      return `message ${text(fields['number'])}, bytes ${offset + 1}–${offset + size} of ${total}`
    }
    case 'received': {
      const what = `message ${text(fields['number'])}`
      return fields['isRefused'] === true ? `${what}, refused` : `${what}, ${text(fields['bytes'])} bytes`
    }
    case 'malformed-frame':
      return 'not a valid envelope'
    case 'bye':
      return 'closes the link'
    default:
      return othersLine(fields)
  }
}

/** The names in an envelope: those of its blocks' authors. */
export const namesIn = ({ content }: WireEnvelope): readonly (readonly [peerId: string, name: string])[] => {
  const blocks = listOf(membersOf(content)['blocks'])
  return blocks.flatMap((block) => {
    const { author, name } = membersOf(block)
    return typeof author === 'string' && typeof name === 'string' ? [[author, name] as const] : []
  })
}

type Members = Readonly<Record<string, JsonValue>>

const membersOf = (value: JsonValue | undefined): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : []

const text = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '?'

/** The number of items in a list, including the items that were cut off. */
const lengthOf = (value: JsonValue | undefined): number => {
  const list = listOf(value)
  const cut = typeof list.at(-1) === 'string' ? /^… (\d+) more$/.exec(list.at(-1) as string)?.[1] : undefined
  return cut === undefined ? list.length : list.length - 1 + Number(cut)
}

/** Example: `3 blocks of node1, heights 7–9`. */
const blocksLine = (fields: Members): string => {
  const logs = listOf(fields['logs']).map(membersOf)
  if (logs.length === 0) {
    const [block] = listOf(fields['blocks']).map(membersOf)
    if (!block) return 'no blocks'
    if (!('height' in block)) return 'a malformed block'
    const entries = lengthOf(block['entries'])
    return `block ${text(block['height'])} of ${text(block['name'])}${entries > 1 ? `, ${entries} messages` : ''}`
  }
  const count = countWords(lengthOf(fields['blocks']), 'block', 'blocks')
  const [only] = logs
  if (only && lengthOf(fields['logs']) === 1) {
    const [from, to] = [text(only['from']), text(only['to'])]
    return `${count} of ${text(only['name'])}, ${from === to ? `height ${from}` : `heights ${from}–${to}`}`
  }
  return `${count} of ${listWords([...new Set(logs.flatMap(({ name }) => (name === undefined ? [] : [text(name)])))])}`
}

/** Examples: `node1 from 9`, `node1 below 4`, `3 logs`. */
const wantsLine = (value: JsonValue | undefined, names: WireNames): string => {
  const isOlder = (want: JsonValue): boolean => membersOf(want)['isOlder'] === true
  const [older, newer] = [listOf(value).filter(isOlder), listOf(value).filter((want) => !isOlder(want))]
  if (lengthOf(value) > 2) return headsLine(value, names, 'from')
  return [newer.length > 0 && headsLine(newer, names, 'from'), older.length > 0 && headsLine(older, names, 'below')]
    .filter((line) => line !== false)
    .join(', ')
}

/** Examples: `node1 up to 9`, `3 logs`. */
const headsLine = (value: JsonValue | undefined, names: WireNames, word: string): string => {
  const count = lengthOf(value)
  if (count > 2) return countWords(count, 'log', 'logs')
  const heads = listOf(value).map(membersOf)
  return heads.map(({ log, height }) => `${logName(log, names)} ${word} ${text(height)}`).join(', ')
}

const logName = (log: JsonValue | undefined, names: WireNames): string => {
  const [peerId = ''] = text(log).split('/')
  return names.get(peerId) ?? shortPeerId(peerId)
}

/** The fallback for an unknown type: the names of its lists and their lengths. */
const othersLine = (fields: Members): string =>
  Object.entries(fields)
    .filter(([, value]) => Array.isArray(value))
    .map(([key, value]) => `${key}: ${lengthOf(value)}`)
    .join(', ')
