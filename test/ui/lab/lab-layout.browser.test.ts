import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import { expectNoViolations } from '../axe.ts'
import { lineNetwork, nodeNames } from '../fake-network.ts'
import { FakeNode } from '../fake-node.ts'
import { emulateMedia, focus, hasFocus, mountPage, nextFrames, shown } from '../mounted-page.ts'
import { expectAccessible, lab, network, trace } from '../shown-network.ts'

/** The parts of the page that every layout must show. */
const contract = [shown.ping, shown.field, shown.send, shown.log, shown.links, shown.downstream, shown.status] as const

const isInView = (element: Element): boolean => {
  const { top, bottom, left, right, width, height } = element.getBoundingClientRect()
  return width > 0 && height > 0 && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth
}

describe('the layout', () => {
  let node: FakeNode

  const mount = async (width: number, height: number): Promise<void> => {
    await screen.viewport(width, height)
    node = new FakeNode()
    node.setNetwork(lineNetwork(3))
    node.link({ peer: 'node2', direction: 'downstream', state: 'up', rttMs: 2 })
    await mountPage(node)
    node.deliver({ body: 'hello' })
    await expect.element(shown.messages).toBeVisible()
  }

  it.each([
    [1440, 900],
    [1280, 720],
    [1024, 768],
    [800, 600],
    [390, 844],
    [360, 640],
  ])(
    'shows all that a person needs without a click, and the network if there is room, %d by %d',
    async (width, height) => {
      await mount(width, height)
      const picture = network.picture('3 nodes, 2 links, all in sync')
      for (const locator of width < 1_000 ? contract : [...contract, picture]) {
        await expect.element(locator).toBeVisible()
        expect(isInView(locator.element()), locator.selector).toBe(true)
      }
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
      await shown.ping.click()
      await expect.element(shown.messages).toHaveLength(2)
      await expectAccessible()
    },
  )

  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
  ])('makes everything that scrolls reachable with the Tab key, %d by %d', async (width, height) => {
    await mount(width, height)
    // More links than fit, and a message whose full text scrolls.
    node.link(
      ...nodeNames(16).map((peer) => ({ peer, direction: 'downstream', state: 'down', reason: 'silent' }) as const),
      { peer: 'node99', direction: 'upstream', state: 'waiting', reason: 'not-there' },
    )
    node.deliver({ author: 'node2', body: 'word '.repeat(2_000) })
    await screen.getByText(/^Show all/).click()
    const links = screen.getByRole('list', { name: 'Links', exact: true })
    await expect.element(links).toHaveAttribute('tabindex', '0')
    for (const view of ['Network', 'Figures', 'Connection', 'Wire']) {
      await lab.tab(view).click()
      await nextFrames(3)
      await expectNoViolations(document, 'scrollable-region-focusable')
    }
    node.link()
    if (width < 500) await lab.close.click()
    // A list that fits needs no Tab stop.
    await expect.element(links).not.toHaveAttribute('tabindex')
  })

  it('opens the lab over the messages on a phone; the composer stays visible, and Escape closes the lab', async () => {
    await mount(390, 844)
    await expect.element(network.picture(/3 nodes/)).not.toBeInTheDocument()
    await lab.tab('Network').click()
    const picture = network.picture(/3 nodes/)
    await expect.element(picture).toBeVisible()
    expect(isInView(picture.element())).toBe(true)
    expect(isInView(shown.ping.element())).toBe(true)
    await shown.ping.click()
    await expectAccessible()
    // The Tab key cannot reach what the lab covers.
    await focus(shown.log)
    expect(hasFocus(shown.log)).toBe(false)
    await network.pick('node2').click()
    await userEvent.keyboard('{Escape}{Escape}')
    await expect.element(lab.panel('Network')).not.toBeInTheDocument()
    expect(lab.tab('Network').element().matches(':focus')).toBe(true)
    await expect.element(shown.messages).toHaveLength(2)
    await lab.open.click()
    await expect.element(picture).toBeVisible()
    await lab.close.click()
    await expect.element(picture).not.toBeInTheDocument()
  })

  it('keeps all tabs of the lab visible on the narrowest screen', async () => {
    await mount(320, 640)
    const tablist = screen.getByRole('tablist', { name: 'Lab' }).element()
    expect(tablist.scrollWidth).toBeLessThanOrEqual(tablist.clientWidth)
  })

  it('distinguishes the selected tab from the others in forced colours', async () => {
    await emulateMedia('forced-colors', 'active')
    await mount(1280, 720)
    const ground = (tab: string): string => getComputedStyle(lab.tab(tab).element()).backgroundColor
    expect(ground('Network')).not.toBe(ground('Wire'))
  })

  it('leads from a message to its trace on a phone', async () => {
    await mount(390, 844)
    await screen.getByRole('button', { name: 'Trace message 1 of node1' }).click()
    await expect.element(trace.reach).toBeVisible()
  })

  describe('when help opens over the focused element on a phone', () => {
    const search = screen.getByRole('searchbox')
    const help = lab.panel('Connection')

    beforeEach(async () => {
      await mount(390, 844)
      await focus(search)
      node.diagnose({ contact: { step: 'lost' }, unregisteredMs: 12_000, linksUp: 0 })
      await expect.element(help).toBeVisible()
      await nextFrames()
    })

    it('moves the focus to the help, and back when the help closes by itself', async () => {
      expect(hasFocus(help)).toBe(true)
      node.diagnose({})
      await expect.element(help).not.toBeInTheDocument()
      await expect.poll(() => hasFocus(search)).toBe(true)
    })

    it('moves the focus back when a person closes the help', async () => {
      await userEvent.keyboard('{Escape}')
      await expect.element(help).not.toBeInTheDocument()
      await expect.poll(() => hasFocus(search)).toBe(true)
    })

    it('leaves the focus where a person has moved it in the meantime', async () => {
      await focus(shown.field)
      node.diagnose({})
      await expect.element(help).not.toBeInTheDocument()
      await nextFrames()
      expect(hasFocus(shown.field)).toBe(true)
    })
  })
})
