import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText } from '../../../client/gossip/wire/cut-text.ts'

const family = '👩‍👩‍👧'
const flag = '🇫🇷'
const accent = 'e\u0301'

describe('a text that is cut', () => {
  it.each([
    [`ab${family}c`, 9, 'ab'],
    [`ab${family}c`, 10, `ab${family}`],
    [`${flag}${flag}${flag}`, 7, flag],
    [`x${accent}y`, 2, 'x'],
    [`x${accent}y`, 3, `x${accent}`],
    ['नमस्ते', 4, 'नम'],
    ['👍🏽!', 2, ''],
    ['a\r\nb', 2, 'a'],
    ['short', 5, 'short'],
    ['short', 9, 'short'],
    ['text', 0, ''],
  ])('ends between characters: %j at %i', (text, most, start) => {
    expect(cutText(text, most)).toBe(start)
  })

  it('does not keep its full length for one character that never ends', () => {
    const pile = `ab${accent}${'\u0301'.repeat(5_000)}`
    expect(cutText(pile, 1_000)).toBe(pile.slice(0, 1_000))
    expect(cutText('\u{1F600}\u200D'.repeat(500), 100).isWellFormed()).toBe(true)
  })

  it('begins like the text, is no longer than the limit, and has no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(60), (text, most) => {
        const start = cutText(text, most)
        expect(text.startsWith(start)).toBe(true)
        expect(start.length).toBeLessThanOrEqual(most)
        expect(start.isWellFormed()).toBe(true)
      }),
    )
  })
})
