import { cutText } from '../../gossip/wire/cut-text.ts'
import { listWords } from '../words/listing.ts'
import { type Notice, type NoticeAction, reload } from '../words/notice.ts'
import { quoteRefused } from './quote-refused.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'

/** This page's address without its invalid parts, and the address that was probably meant; empty if there is none. */
export interface BetterAddresses {
  readonly suggestedHref: string
  readonly correctedHref: string
}

/** One notice for each kind of problem. The first notice that the corrected address solves links to that address. */
export const describeAddressProblems = (
  problems: readonly AddressProblem[],
  { suggestedHref, correctedHref }: BetterAddresses,
): Notice[] => {
  const kinds = [...new Set(problems.map((problem) => problem.kind))]
  const correctedKind = correctedHref === '' ? undefined : kinds.find((kind) => isCorrected.has(kind))
  return kinds.map((kind) => {
    const ofKind = problems.filter((problem) => problem.kind === kind)
    const corrected = kind === correctedKind ? [openCorrected(correctedHref)] : []
    const { title, text, actions = [] } = describeProblems(kind, ofKind, suggestedHref)
    const severity = ofKind[0]?.severity ?? 'warning'
    return { key: `address ${kind}`, severity, title, text, actions: [...corrected, ...actions] }
  })
}

const isCorrected: ReadonlySet<AddressProblem['kind']> = new Set([
  'bad-name',
  'bad-net',
  'bad-class',
  'bad-upstream',
  'upstream-separator',
  'unread-parameter',
  'upstream-address',
])

/** The label shows what to write, without the “?”, since a browser would break the line after it. */
const openCorrected = (href: string): NoticeAction => {
  const { search, hash } = new URL(href, 'http://localhost')
  return { kind: 'link', label: `Open ${shorten(`${search}${hash}`.slice(1), maxAddressChars)}`, href, newTab: false }
}

const describeProblems = (
  kind: AddressProblem['kind'],
  problems: readonly AddressProblem[],
  suggestedHref: string,
): Pick<Notice, 'title' | 'text'> & Partial<Pick<Notice, 'actions'>> => {
  const quoted = listWords(problems.map(({ value }) => quoteRefused(value)))
  const areMany = problems.length > 1
  const rule = '1 to 32 letters (A to Z), digits, “_” or “-”'
  switch (kind) {
    case 'bad-name':
      return {
        title: `${quoted} can’t be the name of a node`,
        text: `A name is ${rule}. Correct “id=” in the address, or continue with a generated name.`,
        actions: [{ kind: 'link', label: 'Open without that name', href: suggestedHref, newTab: false }],
      }
    case 'bad-net':
      return {
        title: `${quoted} can’t be the name of a network`,
        text: `A network’s name is ${rule}. The node does not start, so that you don’t join a wrong network unnoticed. Correct “net=” in the address, or go to the main network.`,
        actions: [{ kind: 'link', label: 'Open in the main network', href: suggestedHref, newTab: false }],
      }
    case 'bad-class':
      return {
        title: `${quoted} can’t be a class`,
        text: 'A class is a shape and a number of nodes: line, ring, star or grid with 2 to 60 (ring-12), mesh with 2 to 9 (mesh-6), or random with 2 to 60 and a variant from 1 to 999 (random-20-7). Correct “class=” in the address, or continue outside the class.',
        actions: [{ kind: 'link', label: 'Open outside the class', href: suggestedHref, newTab: false }],
      }
    case 'class-full':
      return {
        title: `Every seat of ${quoted} is taken`,
        text: 'The class has as many open tabs as nodes. The seat of a closed tab is free after ten seconds. Reload then, or join as an additional node that links to the first one.',
        actions: [reload, { kind: 'link', label: 'Join as an additional node', href: suggestedHref, newTab: false }],
      }
    case 'class-left-out':
      return {
        title: `The class ${quoted} is ignored`,
        text: 'The address also names a node or upstreams, and these take precedence. To get a seat in the class, open the address with “class=” alone.',
      }
    case 'bad-upstream':
      return {
        title: `${quoted} can’t be ${areMany ? 'upstreams' : 'an upstream'}`,
        text: `This part of the address is ignored; the rest works. An upstream is the name of a node: ${rule}. “@” and the key of the node may follow.`,
      }
    case 'upstream-separator':
      return {
        title: `Upstreams are separated by commas, not as in ${quoted}`,
        text: 'This tab links to none of them. Write “peer=node1,node2”, or “peer=” once for each.',
      }
    case 'upstream-address':
      return {
        title: `${quoted} ${areMany ? 'are addresses' : 'is an address'}, not the name of a node`,
        text: 'This part of the address is ignored; the rest works. Tabs have no address: the server introduces them to each other by name. Write the name of the other node: “peer=node1” for the tab that was opened with “id=node1”.',
      }
    case 'unread-parameter':
      return {
        title: `${quoted} in the address ${areMany ? 'are' : 'is'} not read`,
        text: `This part of the address is ignored; the rest works. ${unreadWords(problems)}`,
      }
    case 'self-upstream':
      return {
        title: `${quoted} is this node itself`,
        text: 'A node does not link to itself, so this part of the address is ignored. Write the name of another node after “peer=”.',
      }
    case 'too-many-upstreams':
      return {
        title: `Too many upstreams: ${quoted} ignored`,
        text: `A node has at most ${limitOf(problems)} upstreams, so only the first ones are used. One upstream is enough: messages arrive over any link.`,
      }
  }
}

const limitOf = (problems: readonly AddressProblem[]): string => {
  const limit = problems.find((problem) => problem.kind === 'too-many-upstreams')?.limit
  return String(limit ?? 'a few')
}

/** Says what to write instead of parts of the address that the page does not read. */
const unreadWords = (problems: readonly AddressProblem[]): string => {
  const unread = problems.flatMap((problem) => (problem.kind === 'unread-parameter' ? [problem] : []))
  const known = unread.flatMap(({ value, right }) => (right === undefined ? [] : [{ value, right }]))
  const isMisplaced = ({ value, right }: { value: string; right: string }): boolean => value === `#${right}`
  const misplaced = known.filter(isMisplaced).map(({ right }) => quoteRefused(right))
  const renamed = known
    .filter((problem) => !isMisplaced(problem))
    .map(({ value, right }) => `${quoteRefused(right)} instead of ${quoteRefused(value)}`)
  return [
    ...(misplaced.length > 0 ? [`Put ${listWords(misplaced)} after “?”, not after “#”.`] : []),
    ...(renamed.length > 0 ? [`Write ${listWords(renamed)}.`] : []),
    ...(known.length < unread.length
      ? [
          'The parameters of an address are “id=” (the name of this node), “peer=” (nodes to link to), “net=” and “class=”. Only “peer=” may be repeated.',
        ]
      : []),
  ].join(' ')
}

/** How many characters of an address a button shows. */
const maxAddressChars = 44

const shorten = (text: string, length: number): string => (text.length > length ? `${cutText(text, length)}…` : text)
