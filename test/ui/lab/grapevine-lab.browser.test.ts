import { html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { GrapevineNode } from '../../../client/node/api/grapevine.ts'
import { GrapevineLab } from '../../../client/ui/lab/grapevine-lab.ts'
import { type LabTab, views } from '../../../client/ui/lab/lab-views.ts'
import { FakeNode } from '../fake-node.ts'
import { nextFrames } from '../mounted-page.ts'
import { expectAccessible, lab } from '../shown-network.ts'

@customElement('test-view')
class TestView extends LitElement {
  @property({ attribute: false }) node: GrapevineNode | undefined
  @property({ attribute: false }) isShown = false

  override render() {
    return html`<p>${this.isShown ? 'shown' : 'hidden'}</p>`
  }
}

describe('the lab', () => {
  let loaded: string[]
  let made: Map<string, TestView>
  let node: FakeNode

  const tab = (id: string, title: string): LabTab => ({
    id,
    title,
    load: async () => {
      loaded.push(id)
      const view = new TestView()
      made.set(id, view)
      return view
    },
  })

  const mountLab = async (tabs: readonly LabTab[], parts: Partial<GrapevineLab> = {}): Promise<GrapevineLab> => {
    const element = new GrapevineLab()
    Object.assign(element, { views: tabs, node, phase: 'running' }, parts)
    document.body.replaceChildren(element)
    await element.updateComplete
    return element
  }

  beforeEach(async () => {
    await screen.viewport(1440, 900)
    loaded = []
    made = new Map()
    node = new FakeNode()
  })

  it('loads the shown view first, then the others, each once, and only after the node runs', async () => {
    const element = await mountLab([tab('one', 'One'), tab('two', 'Two'), tab('three', 'Three')], { phase: 'waiting' })
    await lab.tab('Two').click()
    await nextFrames(5)
    expect(loaded).toEqual([])
    element.phase = 'running'
    await expect.poll(() => loaded).toEqual(['two', 'one', 'three'])
    await lab.tab('One').click()
    await nextFrames(5)
    expect(loaded).toEqual(['two', 'one', 'three'])
  })

  describe('when nothing works', () => {
    const nothingWorks = { contact: { step: 'lost' }, unregisteredMs: 12_000, linksUp: 0 } as const
    const tabs = () => [tab('one', 'One'), tab('connection', 'Connection')]

    it('shows the reason by itself, until something works again', async () => {
      await mountLab(tabs())
      node.diagnose(nothingWorks)
      await expect.element(lab.tab('Connection')).toHaveAttribute('aria-selected', 'true')
      node.diagnose({})
      await expect.element(lab.tab('One')).toHaveAttribute('aria-selected', 'true')
    })

    it('does not disturb a person who works in the lab, and marks the tab instead', async () => {
      const element = await mountLab(tabs())
      await lab.tab('One').click()
      node.diagnose(nothingWorks)
      await expect.element(lab.tab('Connection')).toHaveAccessibleDescription(/^Something does not work/)
      await expect.element(lab.tab('One')).toHaveAttribute('aria-selected', 'true')
      await expectAccessible(element)
      await lab.tab('Connection').click()
      await expect.element(lab.tab('Connection')).toHaveAccessibleDescription('')
      // A person who chose this view stays there.
      node.diagnose({})
      await nextFrames(5)
      await expect.element(lab.tab('Connection')).toHaveAttribute('aria-selected', 'true')
    })

    it('opens by itself when the last input of a person is a minute old', async () => {
      await mountLab(tabs())
      await lab.tab('One').click()
      const now = performance.now()
      const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 60_000)
      onTestFinished(() => clock.mockRestore())
      node.diagnose(nothingWorks)
      await expect.element(lab.tab('Connection')).toHaveAttribute('aria-selected', 'true')
    })

    it('shows why a node does not run, and loads no other view', async () => {
      await mountLab(tabs(), { phase: 'ended' })
      await expect.element(lab.tab('Connection')).toHaveAttribute('aria-selected', 'true')
      await expect.poll(() => loaded).toEqual(['connection'])
      await lab.tab('One').click()
      await expect.element(lab.panel('One')).toHaveTextContent(/^This node is not running/)
      expect(loaded).toEqual(['connection'])
    })

    it('does not cover the notice of a node that does not run, on a phone', async () => {
      await screen.viewport(390, 844)
      await mountLab(tabs(), { phase: 'ended' })
      await expect.element(lab.tab('Connection')).toHaveAccessibleDescription(/^Something does not work/)
      await expect.element(lab.open).toBeVisible()
      await lab.tab('Connection').click()
      await expect.poll(() => loaded).toEqual(['connection'])
    })
  })

  it('passes each view the node, and whether the view is shown', async () => {
    const element = await mountLab([tab('one', 'One'), tab('two', 'Two')])
    await expect.poll(() => made.get('one')?.isShown).toBe(true)
    expect(made.get('one')?.node).toBe(element.node)
    await lab.tab('Two').click()
    await expect.poll(() => made.get('two')?.isShown).toBe(true)
    expect(made.get('one')?.isShown).toBe(false)
    await expect.element(screen.getByText('shown')).toBeVisible()
  })

  it('makes every view as high as its panel, so that taller content scrolls', async () => {
    const element = await mountLab(views)
    element.style.blockSize = '600px'
    for (const { id, title } of views) {
      await lab.tab(title).click()
      const panel = () => element.renderRoot.querySelector(`#panel-${id}`)
      await expect.poll(() => panel()?.firstElementChild?.localName).toBe(`grapevine-${id}`)
      const [room, height] = [panel(), panel()?.firstElementChild].map((each) => each?.getBoundingClientRect().height)
      expect([title, height]).toEqual([title, room])
    }
  })

  it('moves with the arrow keys, Home and End, and has one stop for the Tab key', async () => {
    const element = await mountLab([tab('one', 'One'), tab('two', 'Two'), tab('three', 'Three')])
    await lab.tab('One').click()
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(lab.tab('Two')).toHaveAttribute('aria-selected', 'true')
    expect(lab.tab('Two').element().matches(':focus')).toBe(true)
    await userEvent.keyboard('{End}')
    await expect.element(lab.tab('Three')).toHaveAttribute('aria-selected', 'true')
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(lab.tab('One')).toHaveAttribute('aria-selected', 'true')
    await userEvent.keyboard('{ArrowLeft}{Home}')
    await expect.element(lab.tab('One')).toHaveAttribute('aria-selected', 'true')
    expect(lab.tabs.elements().map((each) => each.getAttribute('tabindex'))).toEqual(['0', '-1', '-1'])
    await expectAccessible(element)
  })

  it('shows that a view could not be loaded, and tries again', async () => {
    let isThere = false
    const load = () => (isThere ? Promise.resolve(new TestView()) : Promise.reject(new Error('404')))
    await mountLab([{ ...tab('one', 'One'), load }])
    await expect.element(screen.getByText('One could not be loaded', { exact: false })).toBeVisible()
    isThere = true
    await screen.getByRole('button', { name: 'Try again' }).click()
    await expect.element(screen.getByText('shown')).toBeVisible()
  })

  it('has views with different ids', () => {
    expect(new Set(views.map(({ id }) => id)).size).toBe(views.length)
    expect(views[0]?.id).toBe('network')
  })
})
