import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { syncTimes } from '../../../client/ui/messages/grapevine-sync.ts'
import { expectNoViolations } from '../axe.ts'
import type { FakeNode } from '../fake-node.ts'
import { mountNode, nextFrames, shown } from '../mounted-page.ts'

const words = screen.getByText(/^catching up: /)
const bar = screen.getByRole('progressbar', { name: 'Catching up', exact: true })
const soon = { timeout: syncTimes.showAfterMs + 3_000 }

const spoken = (): string | undefined => {
  const { host } = shown.log.element().getRootNode() as ShadowRoot
  const sync = host.shadowRoot?.querySelector('grapevine-sync')?.shadowRoot
  return sync?.querySelector('[aria-live="polite"]')?.textContent ?? undefined
}

describe('catching up', () => {
  let node: FakeNode

  beforeEach(async () => {
    node = await mountNode()
  })

  it('shows its progress until it is complete', async () => {
    node.catchUp(0, 10_000)
    node.catchUp(3_204, 10_000)
    await expect.element(words, soon).toHaveTextContent('catching up: 3,204 of 10,000 blocks')
    expect(bar.element()).toMatchObject({ value: 3_204, max: 10_000 })
    await expect.poll(spoken).toBe('Catching up: 3,204 of 10,000 blocks')
    await expectNoViolations()
    node.catchUp(9_000, 10_000)
    await expect.element(words).toHaveTextContent('catching up: 9,000 of 10,000 blocks')
    expect(bar.element()).toMatchObject({ value: 9_000 })
    expect(spoken()).toBe('Catching up: 3,204 of 10,000 blocks')
    node.catchUp(10_000, 10_000)
    await expect.element(words).not.toBeInTheDocument()
    expect(spoken()).toBe('Caught up')
  })

  it('is not shown if blocks are missing only for a moment, however often this happens', async () => {
    const seen: boolean[] = []
    const until = performance.now() + 2 * syncTimes.showAfterMs
    while (performance.now() < until) {
      node.catchUp(0, 1)
      await nextFrames(10)
      node.catchUp(1, 1)
      await nextFrames(2)
      seen.push(words.query() !== null)
    }
    expect(seen).not.toContain(true)
    expect(spoken()).toBe('')
  })

  it.each([1440, 390])('leaves the Save button in the line of the heading, %d wide', async (width) => {
    await screen.viewport(width, 800)
    node.deliver({ body: 'hello' })
    node.catchUp(3_204, 10_000)
    await expect.element(words, soon).toBeVisible()
    const [heading, save] = [
      screen.getByRole('heading', { name: 'Messages', exact: true }),
      screen.getByRole('button', { name: 'Save messages…', exact: true }),
    ].map((part) => part.element().getBoundingClientRect())
    expect(save?.top).toBeLessThan(heading?.bottom ?? 0)
    expect(words.element().getBoundingClientRect().top).toBeGreaterThanOrEqual(heading?.bottom ?? 0)
  })
})
