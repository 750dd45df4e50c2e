import { cutText } from '../../gossip/wire/cut-text.ts'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import type { Fork, ForkedBlock } from '../../node/api/grapevine.ts'
import { showBody } from './entry-body.ts'
import { forkedSeq } from './fork-marks.ts'
import { countWords, listWords } from './listing.ts'
import { type Notice, type NoticeDetail, reload } from './notice.ts'

/** How many authors get a notice each; all others share one notice. Anybody can invent authors that fork. */
const maxSingleNotices = 2

/** How many characters of each forked block are shown: enough to see the difference, and the notice stays small. */
const maxBlockChars = 2_000

/** One notice for each author that signed two different blocks for one height, the latest fork first. */
export const describeForks = (forks: readonly Fork[], self: string | undefined): Notice[] => {
  const byAuthor = new Map<string, Fork>()
  for (const fork of forks) byAuthor.set(fork.peerId, fork)
  // This node's own fork comes first, since the person can do something about it.
  const latest = [...byAuthor.values()].reverse().sort((a, b) => Number(b.peerId === self) - Number(a.peerId === self))
  const [single, rest] = [latest.slice(0, maxSingleNotices), latest.slice(maxSingleNotices)]
  return [
    ...single.map((fork) => (fork.peerId === self ? ownNotice(fork) : noticeOf(fork))),
    ...(rest.length > 0 ? [groupNotice(rest)] : []),
  ]
}

const noticeOf = (fork: Fork): Notice => ({
  key: `fork ${fork.peerId}`,
  severity: 'warning',
  title: `${fork.name} signed two different messages with the same number`,
  text: `The key ${shortPeerId(fork.peerId)} signed two versions of message ${forkedSeq(fork)}, so nodes may have received different ones. This node, and every node that has seen both, accepts nothing of that log from this number on. Earlier messages stay.`,
  actions: [],
  details: { summary: 'Show both versions', items: describeProof(fork) },
})

const ownNotice = (fork: Fork): Notice => ({
  key: `fork ${fork.peerId}`,
  severity: 'error',
  title: 'This node signed two different messages with the same number',
  text: `Two versions of message ${forkedSeq(fork)} are signed with the key of this node: another program uses the key, or Grapevine has a fault. Other nodes accept no further messages of this tab. Reload this tab to begin a new log.`,
  actions: [reload],
  details: { summary: 'Show both versions', items: describeProof(fork) },
})

const groupNotice = (forks: readonly Fork[]): Notice => ({
  key: 'forks',
  severity: 'warning',
  title: `${countWords(forks.length, 'more author', 'more authors')} signed two different messages with the same number`,
  text: `${listWords(forks.map(({ name }) => name))}: from that number on, nothing of their logs is accepted.`,
  actions: [],
})

/** The two blocks, with all their messages. */
export const describeProof = ({ proof }: Fork): readonly NoticeDetail[] =>
  proof.map((block, index) => ({ label: labelOf(block, index), text: textOf(block) }))

const labelOf = ({ hash, entries }: ForkedBlock, index: number): string => {
  const [first, last] = [entries[0]?.seq ?? 0, entries.at(-1)?.seq ?? 0]
  const messages = first === last ? `message ${first}` : `messages ${first} to ${last}`
  return `${index === 0 ? 'First version' : 'Second version'}: ${messages}, block ${hash.slice(0, 8)}`
}

const textOf = ({ entries }: ForkedBlock): string => {
  let text = ''
  for (const entry of entries) {
    const { preview, whole } = showBody(entry)
    text += `${text === '' ? '' : '\n'}${whole ?? preview}`
    if (text.length > maxBlockChars) return `${cutText(text, maxBlockChars)} …`
  }
  return text
}

/** The note that the log of messages shows at a forked message. */
export const forkNote = (fork: Fork, place: 'here' | 'after-this'): string =>
  place === 'here'
    ? `${fork.name} also signed another message with this number. Nothing after it is accepted.`
    : `${fork.name} signed two different messages with the next number. Nothing after this one is accepted.`
