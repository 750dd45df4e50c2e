import { describe, expect, it } from 'vitest'
import type { AnnouncedLink } from '../../../client/gossip/wire/announcement.ts'
import type { BoardRecord } from '../../../client/gossip/membership/announcement-board.ts'
import { type Presence, presencesOf } from '../../../client/gossip/membership/presences.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { announcementOf } from '../notice-samples.ts'

const names = ['self', 'alice', 'bob', 'carol'] as const
type Name = (typeof names)[number]

const peerIdOf = (name: Name) => fakePeerId(names.indexOf(name) + 1)

type Links = Partial<Record<Name, AnnouncedLink['state']>>

interface Announced {
  readonly agoMs: number
  readonly links: Links
}

const now = 100_000

const linksOf = (links: Links): AnnouncedLink[] =>
  names.flatMap((name) => {
    const state = links[name]
    return state ? [{ peerId: peerIdOf(name), name: nameOf(name), direction: 'upstream', state, rttMs: 20 }] : []
  })

const recordOf = (author: Name, { agoMs, links }: Announced): BoardRecord => ({
  content: announcementOf(names.indexOf(author) + 1, { links: linksOf(links) }),
  signed: { bytes: new Uint8Array(1), signature: new Uint8Array(64) },
  madeAt: now - agoMs,
  broughtBy: peerIdOf(author),
  knownTo: new Set(),
})

const presencesAmong = (own: Links, announced: Partial<Record<Name, Announced>>): Partial<Record<Name, Presence>> => {
  const authors = names.filter((name) => announced[name])
  const records = new Map(
    authors.map((name) => [peerIdOf(name), recordOf(name, announced[name] ?? { agoMs: 0, links: {} })]),
  )
  const presences = presencesOf(peerIdOf('self'), linksOf(own), records, gossipLimits, now)
  return Object.fromEntries(
    names.flatMap((name) => {
      const presence = presences.get(peerIdOf(name))
      return presence ? [[name, presence]] : []
    }),
  )
}

interface Case {
  readonly what: string
  /** The states of this node's own links. */
  readonly own: Links
  /** The announcements of the others, in a line self – alice – bob – carol by default. */
  readonly announced: Partial<Record<Name, Announced>>
  readonly expected: Partial<Record<Name, Presence>>
}

const announcement = (agoMs: number, links: Links): Announced => ({ agoMs, links })

describe('the presence of a node [N4]', () => {
  it.each<Case>([
    {
      what: 'here: all links on a path to it are up',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up', bob: 'up' }), bob: announcement(100, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'here' },
    },
    {
      what: 'here: a neighbour that has not announced itself yet',
      own: { alice: 'up' },
      announced: {},
      expected: { alice: 'here' },
    },
    {
      what: 'here: a neighbour whose announcement is overdue, since its link is up',
      own: { alice: 'up' },
      announced: { alice: announcement(20_000, { self: 'up' }) },
      expected: { alice: 'here' },
    },
    {
      what: 'here: one of two paths to it has only links that are up',
      own: { alice: 'quiet', bob: 'up' },
      announced: {
        alice: announcement(100, { self: 'up', bob: 'up' }),
        bob: announcement(100, { self: 'up', alice: 'up' }),
      },
      expected: { alice: 'here', bob: 'here' },
    },
    {
      what: 'here: the end of its link that reported later reports it as up again',
      own: { alice: 'up' },
      announced: { alice: announcement(5_000, { self: 'up', bob: 'gone' }), bob: announcement(100, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'here' },
    },
    {
      what: 'here: the other end of a new link has had no time to announce it',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up' }), bob: announcement(1_500, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'here' },
    },
    {
      what: 'quiet: the link to it is quiet',
      own: { alice: 'quiet' },
      announced: { alice: announcement(100, { self: 'up' }) },
      expected: { alice: 'quiet' },
    },
    {
      what: 'quiet: the only path to it has a quiet link',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up', bob: 'quiet' }), bob: announcement(5_000, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'quiet' },
    },
    {
      what: 'quiet: its announcement is overdue by half an interval and 2 s',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up', bob: 'up' }), bob: announcement(17_000, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'quiet' },
    },
    {
      what: 'down: this node lost the link to it',
      own: { alice: 'gone' },
      announced: { alice: announcement(100, { self: 'up' }) },
      expected: { alice: 'down' },
    },
    {
      what: 'down: a node that can be reached lost the link to it',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up', bob: 'gone' }), bob: announcement(5_000, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'down' },
    },
    {
      what: 'down: the other end no longer announces the link',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up' }), bob: announcement(1_700, { alice: 'up' }) },
      expected: { alice: 'here', bob: 'down' },
    },
    {
      what: 'down: only its own announcement names a link to this node',
      own: {},
      announced: { alice: announcement(100, { self: 'up' }) },
      expected: { alice: 'down' },
    },
    {
      what: 'out of reach: behind a node that is down',
      own: { alice: 'up' },
      announced: {
        alice: announcement(100, { self: 'up', bob: 'gone' }),
        bob: announcement(5_000, { alice: 'up', carol: 'up' }),
        carol: announcement(5_000, { bob: 'up' }),
      },
      expected: { alice: 'here', bob: 'down', carol: 'out-of-reach' },
    },
    {
      what: 'out of reach: its relay has left the network',
      own: { alice: 'up' },
      announced: { alice: announcement(100, { self: 'up' }), carol: announcement(100, { bob: 'up' }) },
      expected: { alice: 'here', carol: 'out-of-reach' },
    },
    {
      what: 'out of reach: only a node that is out of reach lost the link to it',
      own: {},
      announced: { bob: announcement(100, { carol: 'gone' }), carol: announcement(5_000, { bob: 'up' }) },
      expected: { bob: 'out-of-reach', carol: 'out-of-reach' },
    },
  ])('is $what', ({ own, announced, expected }) => {
    expect(presencesAmong(own, announced)).toEqual(expected)
  })
})
