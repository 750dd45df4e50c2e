import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../client/gossip/wire/entry.ts'
import { entryChanges } from '../../../client/ui/shared/entry-changes.ts'
import { fakeEntry } from '../fake-network.ts'

const entries = new Map<string, Entry>()

/** One entry for each letter, always the same object. */
const entriesOf = (letters: string): readonly Entry[] =>
  letters.split('').map((letter) => {
    const entry = entries.get(letter) ?? fakeEntry({ body: letter })
    entries.set(letter, entry)
    return entry
  })

const lettersOf = (list: readonly Entry[]): string =>
  list.map(({ body }) => (typeof body === 'string' ? body : '?')).join('')

describe('the changes between two lists of entries', () => {
  it.each([
    { what: 'nothing', before: 'abc', after: 'abc', added: '', removed: '', isAppended: true },
    { what: 'the first entries', before: '', after: 'abc', added: 'abc', removed: '', isAppended: true },
    { what: 'new entries', before: 'abc', after: 'abcde', added: 'de', removed: '', isAppended: true },
    { what: 'new entries, the oldest gone', before: 'abc', after: 'cde', added: 'de', removed: 'ab', isAppended: true },
    { what: 'others gone', before: 'abcdef', after: 'acefg', added: 'g', removed: 'bd', isAppended: true },
    { what: 'history first', before: 'cd', after: 'abcd', added: 'ab', removed: '', isAppended: false },
    { what: 'history between', before: 'abef', after: 'abcdef', added: 'cd', removed: '', isAppended: false },
    { what: 'history of two logs', before: 'bdf', after: 'abcdef', added: 'ace', removed: '', isAppended: false },
    { what: 'history, new ones', before: 'ad', after: 'abcdef', added: 'bcef', removed: '', isAppended: false },
    { what: 'as much history as gone', before: 'abcd', after: 'abxd', added: 'x', removed: 'c', isAppended: false },
    { what: 'history, the oldest gone', before: 'abcd', after: 'bxycd', added: 'xy', removed: 'a', isAppended: false },
    { what: 'history before all, gone', before: 'abcd', after: 'xbcd', added: 'x', removed: 'a', isAppended: false },
    { what: 'the newest gone', before: 'abcd', after: 'abxe', added: 'xe', removed: 'cd', isAppended: false },
    { what: 'all gone', before: 'abcd', after: '', added: '', removed: 'abcd', isAppended: false },
    { what: 'all others', before: 'ab', after: 'cd', added: 'cd', removed: 'ab', isAppended: false },
  ])('are found: $what', ({ before, after, added, removed, isAppended }) => {
    const changes = entryChanges(entriesOf(before), entriesOf(after))
    expect([lettersOf(changes.added), lettersOf(changes.removed), changes.isAppended]).toEqual([
      added,
      removed,
      isAppended,
    ])
  })
})
