import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { rootsIn } from '../axe.ts'
import type { FakeNode } from '../fake-node.ts'
import { announced, mountNode, newestShown, nextFrames, shown } from '../mounted-page.ts'

const markup = '<img src="x" onerror="globalThis.wasHacked = true"><script>globalThis.wasHacked = true</script>'

const textOf = (index: number): string => shown.messages.elements()[index]?.textContent ?? ''

describe('content from strangers', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode()
  })

  it.each([
    { what: 'a text', body: markup },
    { what: 'JSON', body: { [markup]: [markup] } },
    { what: 'a long text', body: `${markup}\n`.repeat(60) },
    { what: 'a name, though the core accepts no such name', body: 'hello', author: markup },
    { what: 'a path', body: 'hello', path: [markup, markup] },
    { what: 'bytes', body: new TextEncoder().encode(markup) },
    { what: 'a template of Lit', body: '${alert(1)} <!--?lit$1$--> {{x}}' },
  ])('is shown as text, never as markup: $what', async ({ what: _what, ...entry }) => {
    node.deliver({ author: 'node2', ...entry })
    await expect.poll(newestShown).toBe(1)
    await nextFrames()
    const [, ...shadowRoots] = rootsIn(document)
    for (const root of [document.body, ...shadowRoots]) expect(root.querySelector('img, script')).toBeNull()
    expect(Reflect.get(globalThis, 'wasHacked')).toBeUndefined()
    if (typeof entry.body === 'string') expect(textOf(0)).toContain(entry.body.slice(0, 40))
    if (entry.author) expect(shown.messages.element().getAttribute('data-author')).toBe(entry.author)
  })

  it('is shown as it was typed', async () => {
    node.deliver({ author: 'node2', body: markup })
    node.deliver({ author: 'node2', body: { html: markup } })
    node.deliver({ author: 'node2', body: new TextEncoder().encode('<b>') })
    await expect.poll(newestShown).toBe(3)
    expect(textOf(0)).toContain(markup)
    expect(textOf(1)).toContain(JSON.stringify(markup))
    expect(textOf(2)).toContain('3c 62 3e')
  })

  it('is announced as text', async () => {
    node.deliver({ author: 'node2', body: markup })
    await expect.poll(() => announced()?.textContent, { timeout: 5_000 }).toContain('<img src="x"')
    expect(announced()?.children).toHaveLength(0)
  })
})

describe('text of right-to-left scripts', () => {
  it('sets the direction of the fields in which it is typed, and of the title that quotes it', async () => {
    const node = await mountNode([1440, 900])
    node.deliver({ author: 'node2', body: 'שלום node1!' })
    await expect.poll(newestShown).toBe(1)
    await screen.getByRole('button', { name: 'Trace message 1 of node2' }).click()
    const title = screen.getByText('שלום node1!', { exact: true }).last()
    await expect.element(title).toBeVisible()
    const directions = () =>
      [shown.field, screen.getByRole('searchbox'), title].map((each) => getComputedStyle(each.element()).direction)
    expect(directions()).toEqual(['ltr', 'ltr', 'rtl'])
    await shown.field.fill('مرحبا')
    await screen.getByRole('searchbox').fill('שלום')
    expect(directions()).toEqual(['rtl', 'rtl', 'rtl'])
  })
})
