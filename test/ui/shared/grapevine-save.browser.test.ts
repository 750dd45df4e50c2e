import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { MessagesFile, TraceFile, WireFile } from '../../../client/node/api/grapevine.ts'
import { expectNoViolations } from '../axe.ts'
import { hopsAlong, lineNetwork } from '../fake-network.ts'
import { FakeNode } from '../fake-node.ts'
import { emulateMedia, focus, hasFocus, mountPage, newestShown } from '../mounted-page.ts'
import { lab, network, trace } from '../shown-network.ts'

const button = (name: string) => screen.getByRole('button', { name, exact: true })
const item = (name: string) => screen.getByRole('menuitem', { name, exact: true })

describe('a saved file', () => {
  let node: FakeNode
  let saved: { name: string; content: Blob }[]

  beforeEach(async () => {
    await screen.viewport(1440, 900)
    saved = []
    const contents = new Map<string, Blob>()
    const create = URL.createObjectURL.bind(URL)
    vi.spyOn(URL, 'createObjectURL').mockImplementation((content) => {
      const href = create(content)
      if (content instanceof Blob) contents.set(href, content)
      return href
    })
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      const content = contents.get(this.href)
      if (content) saved.push({ name: this.download, content })
    })
    node = new FakeNode({ net: 'class-7' })
    node.setNetwork(lineNetwork(5))
    await mountPage(node)
    node.deliver({ author: 'node2', body: 'Grapes, "red"' })
    node.deliverBy(hopsAlong(['node3', 'node2'], 3, 2), { author: 'node3', seq: 1, body: Uint8Array.of(251, 255) })
    node.pass({ type: 'hello', content: { name: 'node2' } })
    await expect.poll(newestShown).toBe(2)
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })

  const nextSaved = async (): Promise<{ name: string; content: Blob }> => {
    await expect.poll(() => saved.length, { timeout: 15_000 }).toBeGreaterThan(0)
    const [file] = saved.splice(0)
    if (!file) throw new Error('nothing saved')
    return file
  }

  const choose = async (what: string, kind: string): Promise<{ name: string; content: Blob }> => {
    await button(`Save ${what.toLowerCase()}…`).click()
    await item(`${what} as ${kind}`).click()
    return nextSaved()
  }

  it('has the messages that match the filter, as JSON or CSV', async () => {
    const json = await choose('Messages', 'JSON')
    expect(json.name).toMatch(/^grapevine-class-7-node1-messages-\d{4}-\d\d-\d\d-\d{6}\.json$/)
    const { messages } = JSON.parse(await json.content.text()) as MessagesFile
    expect(messages.map(({ body }) => body)).toEqual(['Grapes, "red"', '-_8'])
    await screen.getByRole('searchbox').fill('grapes')
    const csv = await choose('Messages found', 'CSV')
    expect([csv.name.endsWith('.csv'), csv.content.type]).toEqual([true, 'text/csv;charset=utf-8'])
    const bytes = new Uint8Array(await csv.content.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const rows = (await csv.content.text()).split('\r\n')
    expect(rows).toHaveLength(3)
    expect(rows[1]).toMatch(/^node2,.*,node2>node1,text,"Grapes, ""red""",,$/)
  })

  it('can be chosen with the keyboard, and is announced when it is saved', async () => {
    await focus(button('Save messages…'))
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => hasFocus(item('Messages as JSON'))).toBe(true)
    await expect.element(button('Save messages…')).toHaveAttribute('aria-expanded', 'true')
    await expectNoViolations()
    await userEvent.keyboard('{ArrowDown}')
    await expect.poll(() => hasFocus(item('Messages as CSV'))).toBe(true)
    await userEvent.keyboard('{Escape}')
    await expect.poll(() => hasFocus(button('Save messages…'))).toBe(true)
    await expect.element(button('Save messages…')).toHaveAttribute('aria-expanded', 'false')
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => hasFocus(item('Messages as JSON'))).toBe(true)
    await userEvent.keyboard('{ArrowUp}{Enter}')
    const { name } = await nextSaved()
    expect(name).toMatch(/\.csv$/)
    await expect.element(screen.getByText(`Saved as ${name}`)).toBeInTheDocument()
    await expect.poll(() => hasFocus(button('Save messages…'))).toBe(true)
  })

  it('has the picture in light colours, even from a dark page, and refers to nothing outside the file', async () => {
    await emulateMedia('prefers-color-scheme', 'dark')
    await expect.element(network.picture(/5 nodes/)).toBeVisible()
    const { content } = await choose('Picture', 'SVG')
    const text = await content.text()
    expect(text).not.toMatch(/class=|style=|var\(|oklch|oklab|light-dark|<!--|href|url\(/)
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml')
    expect(svg.querySelector('parsererror')).toBeNull()
    const texts = [...svg.querySelectorAll('text')].map(({ textContent }) => textContent)
    expect(texts).toEqual(expect.arrayContaining(['node1 (you)', 'node5']))
    expect(svg.querySelector('text')?.getAttribute('font-family')).toContain('sans-serif')
    expect(svg.documentElement.firstElementChild?.textContent).toMatch(/^Network class-7 as node1 sees it/)
    const paper = Number.parseInt(svg.querySelector('rect')?.getAttribute('fill')?.slice(1, 3) ?? '', 16)
    expect(paper).toBeGreaterThan(0xf0)
    const png = await choose('Picture', 'PNG')
    const bitmap = await createImageBitmap(png.content)
    const [width, height] = ['width', 'height'].map((name) => Number(svg.documentElement.getAttribute(name)))
    expect([png.content.type, bitmap.width, bitmap.height]).toEqual(['image/png', 2 * (width ?? 0), 2 * (height ?? 0)])
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    context?.drawImage(bitmap, 0, 0)
    const { data = [] } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {}
    const colours = new Set<number>()
    for (let at = 0; at < data.length; at += 4)
      colours.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0))
    // The colours of the paper, the names, the links and five nodes.
    expect(colours.size).toBeGreaterThan(8)
    expect(document.querySelector('grapevine-page')?.shadowRoot?.querySelector('.still')).toBeNull()
  })

  it('has a trace', async () => {
    await trace.latest.click()
    await button('Save trace as JSON').click()
    const { name, content } = await nextSaved()
    expect(name).toMatch(/^grapevine-class-7-node1-trace-.*\.json$/)
    const file = JSON.parse(await content.text()) as TraceFile
    expect(file).toMatchObject({
      format: 'grapevine-trace',
      message: { author: 'node3', type: 'bytes' },
      isAsked: true,
    })
    expect(file.route.map((hop) => hop.name)).toEqual(['node3', 'node2'])
    node.forget(2)
    await button('Save trace as JSON').click()
    await expect.element(screen.getByText('Not saved: this node no longer holds the message')).toBeVisible()
  })

  it('has the listed rows of the wire', async () => {
    await lab.tab('Wire').click()
    node.pass({ direction: 'out', peer: 'node3', type: 'bye', content: {} })
    await screen.getByRole('combobox', { name: 'Direction' }).selectOptions('Out only')
    await expect.element(screen.getByText('closes the link')).toBeVisible()
    await button('Save envelopes as JSON').click()
    const { content } = await nextSaved()
    const { envelopes, totals } = JSON.parse(await content.text()) as WireFile
    expect(envelopes.map(({ id, peer, type }) => [id, peer, type])).toEqual([[2, 'node3', 'bye']])
    expect(totals).toMatchObject({ hello: { count: 1 }, bye: { count: 1 } })
  })
})
