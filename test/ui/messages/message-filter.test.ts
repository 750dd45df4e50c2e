import { describe, expect, it } from 'vitest'
import { createMatcher } from '../../../client/ui/messages/message-filter.ts'
import { fakeEntry } from '../fake-network.ts'

const finds = (text: string, body: unknown): boolean =>
  createMatcher({ author: '', text })(fakeEntry({ body: body as string }))

const [composed, apart] = ['Zoë ran through Đà Nẵng', 'Zoë ran through Đà Nẵng'].map((text, index) =>
  text.normalize(index === 0 ? 'NFC' : 'NFD'),
)

describe('the text of a filter', () => {
  it.each([
    ['the other Unicode form', 'zoë'.normalize('NFD'), composed],
    ['the other Unicode form', 'NẴNG'.normalize('NFC'), apart],
    ['Hangul of single letters', '한글'.normalize('NFD'), '한글'],
    ['the full-width letters of an input method', 'abc 12', 'ＡＢＣ １２'],
    ['a ligature', 'file', 'a ﬁle'],
    ['ß and its capitals', 'STRASSE', 'Straße'],
    ['a final sigma', 'ΟΔΟΣ', 'οδος'],
    ['a final sigma', 'οδοσ', 'ΟΔΟΣ'],
    ['keys and texts of JSON', 'é', { ['e\u0301']: 1 }],
    ['a sign of patterns', 'ö.*[', 'Ö.*['],
  ])('is found in %s', (_, text, body) => {
    expect(finds(text, body)).toBe(true)
  })

  it.each([
    ['e', 'é'.normalize('NFD')],
    ['ö.', 'öx'],
    ['ä', 'plain'],
  ])('is not found in a text that lacks it: %j in %j', (text, body) => {
    expect(finds(text, body)).toBe(false)
  })
})
