import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import { expectNoViolations } from '../axe.ts'
import { FakeNode } from '../fake-node.ts'
import { mountPage, nextFrames, shown } from '../mounted-page.ts'

const share = screen.getByRole('button', { name: 'Share', exact: true })
const dialog = screen.getByRole('dialog', { name: 'Share', exact: true })
const downstream = dialog.getByRole('textbox', { name: 'Address of a downstream tab' })
const forAll = dialog.getByRole('textbox', { name: 'One address for the whole class' })
const size = dialog.getByRole('spinbutton', { name: 'Number of nodes' })
const codes = dialog.getByRole('img', { name: location.origin })
const inPage = (path: string): string => new URL(path, location.href).href

const open = async (): Promise<void> => {
  await mountPage(new FakeNode())
  await share.click()
  await expect.element(dialog).toBeVisible()
}

/** Captures what the page writes to the clipboard, since a test can't read the clipboard everywhere. */
const stubClipboard = (writeText?: (text: string) => Promise<void>) =>
  vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue((writeText && { writeText }) as Clipboard)

/** Removes the clipboard, as over plain http from a different machine. */
const withoutClipboard = () => stubClipboard()

/** The focused element, including one inside shadow roots. */
const focused = (): Element | null => {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

const selectedText = (): string => {
  const active = focused()
  if (!(active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement)) return ''
  return active.value.slice(active.selectionStart ?? 0, active.selectionEnd ?? 0)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the dialog Share', () => {
  beforeEach(open)

  it('is opened by its button, closed by Escape, and returns the focus', async () => {
    await expect.element(shown.downstream).toHaveAttribute('href', '/?peer=node1&net=class-7')
    await userEvent.keyboard('{Escape}')
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.poll(focused).toBe(share.element())

    await userEvent.keyboard('{Enter}')
    await expect.element(dialog).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.poll(focused).toBe(share.element())
  })

  it('gives the address of a downstream tab as text, as a code and as a link', async () => {
    const href = inPage('/?peer=node1&net=class-7')
    await expect.element(downstream).toHaveValue(href)
    await expect.element(codes.first()).toHaveAccessibleName(href)
    await expect.element(dialog.getByRole('link', { name: 'Open', exact: true }).first()).toHaveAttribute('href', href)
  })

  it('says that nobody else can open an address of localhost, and what to do', async () => {
    await expect.element(dialog.getByRole('note')).toHaveTextContent('HOST=0.0.0.0 npm start')
  })

  it('copies with the clipboard API', async () => {
    const written: string[] = []
    stubClipboard(async (text) => void written.push(text))
    await dialog.getByRole('button', { name: 'Copy', exact: true }).first().click()
    await expect.element(dialog.getByText('Address copied.')).toBeVisible()
    expect(written).toEqual([inPage('/?peer=node1&net=class-7')])
  })

  it.each([
    ['there is none', withoutClipboard],
    ['it is refused', () => stubClipboard(async () => Promise.reject(new DOMException('no', 'NotAllowedError')))],
  ])('copies with the old command if %s', async (_what, prepare) => {
    prepare()
    const copied: string[] = []
    vi.spyOn(document, 'execCommand').mockImplementation((command) => {
      copied.push(`${command} ${selectedText()}`)
      return true
    })
    const button = dialog.getByRole('button', { name: 'Copy', exact: true }).first()
    await button.click()
    await expect.element(dialog.getByText('Address copied.')).toBeVisible()
    expect(copied).toEqual([`copy ${inPage('/?peer=node1&net=class-7')}`])
    expect(focused()).toBe(button.element())
  })

  it('leaves the address selected if the page may not copy', async () => {
    withoutClipboard()
    vi.spyOn(document, 'execCommand').mockReturnValue(false)
    await dialog.getByRole('button', { name: 'Copy', exact: true }).first().click()
    await expect.element(dialog.getByText(/^Address selected: press .*C to copy\.$/)).toBeVisible()
    expect(selectedText()).toBe(inPage('/?peer=node1&net=class-7'))
  })

  it('gives one address for a class of the chosen shape and size', async () => {
    await expect.element(forAll).toHaveValue(inPage('/?class=ring-12&net=class-7'))
    await dialog.getByRole('radio', { name: 'star' }).click()
    await size.fill('30')
    await expect.element(forAll).toHaveValue(inPage('/?class=star-30&net=class-7'))
    await expect.element(codes.last()).toHaveAccessibleName(inPage('/?class=star-30&net=class-7'))
    await dialog.getByRole('radio', { name: 'full mesh' }).click()
    await expect.element(forAll).toHaveValue(inPage('/?class=mesh-9&net=class-7'))
  })

  it('gives a new random network on request', async () => {
    await dialog.getByRole('radio', { name: 'random network' }).click()
    const before = (forAll.element() as HTMLInputElement).value
    expect(before).toMatch(/class=random-12-\d+&net=class-7$/)
    await dialog.getByRole('button', { name: 'Another random network' }).click()
    await expect.element(forAll).not.toHaveValue(before)
  })

  it.each(['1', '61', '2.5', ''])('gives no addresses for an invalid number of nodes: %j', async (value) => {
    await size.fill(value)
    await expect.element(size).toBeInvalid()
    await expect.element(forAll).not.toBeInTheDocument()
  })

  it('gives an address for each node, to copy, to open, or to copy all at once', async () => {
    const written: string[] = []
    stubClipboard(async (text) => void written.push(text))
    await size.fill('3')
    await dialog.getByText('3 addresses, one for each node').click()
    const seats = dialog.getByRole('list', { name: 'Addresses of the nodes' })
    expect(seats.getByRole('listitem').elements()).toHaveLength(3)
    const last = inPage('/?id=ring-3-3&peer=ring-3-2&peer=ring-3-1&net=class-7')
    await expect.element(seats.getByRole('link', { name: 'Open node 3' })).toHaveAttribute('href', last)
    await seats.getByRole('button', { name: 'Copy the address of node 3' }).click()
    await dialog.getByRole('button', { name: 'Copy all 3' }).click()
    await expect.element(dialog.getByText('All addresses copied.')).toBeVisible()
    expect(written[0]).toBe(last)
    expect(written[1]?.split('\n')[2]).toBe(`Node 3 of 3 in this ring: ${last}`)
  })

  it('offers the system’s own share function if there is one', async () => {
    const sent: unknown[] = []
    Object.defineProperty(navigator, 'share', {
      configurable: true,
      value: async (data: unknown) => void sent.push(data),
    })
    try {
      await open()
      await dialog.getByRole('button', { name: 'Send…' }).first().click()
      expect(sent).toEqual([{ title: 'Grapevine', url: inPage('/?peer=node1&net=class-7') }])
    } finally {
      Reflect.deleteProperty(navigator, 'share')
    }
  })

  it('has no accessibility violation that axe finds, with everything unfolded', async () => {
    await dialog.getByText('12 addresses, one for each node').click()
    await nextFrames()
    await expectNoViolations()
  })
})

describe('a seat in a class', () => {
  it('is described beside the links', async () => {
    const page = await mountPage(new FakeNode({ name: 'ring-12-7' }))
    page.seat = { plan: { shape: 'ring', size: 12 }, seat: 7 }
    await expect.element(screen.getByText('You are node 7 of this ring of 12.')).toBeVisible()
  })
})
