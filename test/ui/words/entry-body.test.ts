import { describe, expect, it } from 'vitest'
import type { Entry, JsonValue } from '../../../client/gossip/wire/entry.ts'
import { bodyLimits, showBody } from '../../../client/ui/words/entry-body.ts'
import { fakeEntry } from '../fake-network.ts'

const entry = (body: JsonValue | Uint8Array): Entry => fakeEntry({ body })

describe('a shown body', () => {
  it('shows a text unchanged', () => {
    const text = ' "quoted"\n<b>not bold</b> '
    expect(showBody(entry(text))).toMatchObject({ kind: 'text', dataText: text, preview: text })
  })

  it.each([[null], [false], [0], [''], [[]], [{ a: [1, 'two'] }]])(
    'has JSON in its attribute: %j',
    (body: JsonValue) => {
      const dataText = typeof body === 'string' ? body : JSON.stringify(body)
      expect(showBody(entry(body)).dataText).toBe(dataText)
    },
  )

  it('has bytes as base64url in its attribute, and shows them as hex', () => {
    const shown = showBody(entry(Uint8Array.of(0, 251, 255)))
    expect(shown).toEqual({ kind: 'bytes', dataText: 'APv_', preview: '00 fb ff', size: '3 bytes' })
    expect(showBody(entry(new Uint8Array())).preview).toBe('no bytes')
  })

  it('shortens a long text to a preview, and keeps the whole', () => {
    const text = 'x'.repeat(5_000)
    const { preview, whole, size } = showBody(entry(text))
    expect(preview).toHaveLength(bodyLimits.previewChars + 2)
    expect(whole).toBe(text)
    expect(size).toBe('5,000 characters')
  })

  it('shows the start of a body that would fill the page', () => {
    const { shownChars } = bodyLimits
    const text = showBody(entry('x'.repeat(2_000_000)))
    expect(text.dataText).toHaveLength(shownChars)
    expect(text.whole).toBe(`${'x'.repeat(shownChars)} … and 1,475,712 more characters`)
    expect(text.size).toBe('2,000,000 characters')
    expect(showBody(entry(['x'.repeat(2_000_000)])).dataText).toHaveLength(shownChars)
    const bytes = showBody(entry(new Uint8Array(2_000_000)))
    expect(bytes.dataText).toBe('A'.repeat(shownChars))
    expect(bytes.size).toBe('2,000,000 bytes')
  })

  it('shortens a text of many lines to its first lines', () => {
    const { preview, whole } = showBody(entry('line\n'.repeat(100)))
    expect(preview.split('\n')).toHaveLength(bodyLimits.previewLines)
    expect(whole).toHaveLength(500)
  })

  it('never cuts a character in half', () => {
    const { preview } = showBody(entry(`${'x'.repeat(bodyLimits.previewChars - 1)}🍇🍇`))
    expect(preview).toBe(`${'x'.repeat(bodyLimits.previewChars - 1)} …`)
  })

  it('indents long JSON', () => {
    const { whole, preview } = showBody(entry({ list: Array.from({ length: 40 }, () => 'grape') }))
    expect(whole ?? preview).toContain('\n  "list": [')
  })

  it('does not indent JSON so deeply that the indentation is longer than the JSON', () => {
    let body: JsonValue = 'bottom'
    for (let depth = 0; depth < 4_000; depth += 1) body = [body]
    const { whole, dataText } = showBody(entry(body))
    expect(whole).toBe(dataText)
  })

  it('shows something for JSON that is too deep to stringify', () => {
    let body: JsonValue = 'bottom'
    for (let depth = 0; depth < 200_000; depth += 1) body = [body]
    expect(showBody(entry(body))).toMatchObject({ dataText: '', preview: expect.stringContaining('too deep') })
  })

  it('is computed once per entry', () => {
    const same = entry('hello')
    expect(showBody(same)).toBe(showBody(same))
  })
})
