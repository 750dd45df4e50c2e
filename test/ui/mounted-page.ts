import { onTestFinished } from 'vitest'
import { cdp, type Locator, page as screen } from 'vitest/browser'
import { GrapevinePage } from '../../client/ui/page/grapevine-page.ts'
import { FakeNode, type FakeNodeOptions } from './fake-node.ts'
import type { AddressProblem } from '../../client/app/address/address-problem.ts'

/** Mounts a page with this node; it stays in the document until the next page is mounted. */
export const mountPage = async (
  node: FakeNode | undefined,
  problems: readonly AddressProblem[] = [],
): Promise<GrapevinePage> => {
  const page = new GrapevinePage()
  page.problems = problems
  page.downstreamHref = '/?peer=node1&net=class-7'
  page.suggestedHref = '/?peer=node2'
  page.node = node
  document.body.style.margin = '0'
  document.body.replaceChildren(page)
  await page.updateComplete
  return page
}

/** Mounts a page with a new node; `size` is the width and height of the window. */
export const mountNode = async (size?: readonly [number, number], options: FakeNodeOptions = {}): Promise<FakeNode> => {
  if (size) await screen.viewport(...size)
  const node = new FakeNode(options)
  await mountPage(node)
  return node
}

/** Emulates a media feature until the test ends. */
export const emulateMedia = async (name: string, value: string): Promise<void> => {
  onTestFinished(async () => {
    await cdp().send('Emulation.setEmulatedMedia', { features: [] })
  })
  await cdp().send('Emulation.setEmulatedMedia', { features: [{ name, value }] })
}

/** What a person finds on the page, by role and name. */
export const shown = {
  status: screen.getByRole('status', { name: 'Node', exact: true }),
  log: screen.getByRole('log', { name: 'Messages', exact: true }),
  messages: screen.getByRole('log', { name: 'Messages', exact: true }).getByRole('listitem'),
  links: screen.getByRole('list', { name: 'Links', exact: true }).getByRole('listitem'),
  ping: screen.getByRole('button', { name: 'Ping', exact: true }),
  send: screen.getByRole('button', { name: 'Send', exact: true }),
  field: screen.getByRole('textbox', { name: 'Message', exact: true }),
  downstream: screen.getByRole('link', { name: 'Open a downstream tab' }),
  notices: screen.getByRole('region', { name: 'Notices', exact: true }),
} as const

/** What the log has announced last to screen readers. */
export const announced = (): Element | null | undefined =>
  shown.log.element().parentNode?.querySelector('.unseen[aria-live="polite"]')

export const dataOf = (element: Element): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries((element as HTMLElement).dataset))

/** The position of the last message in the document; undefined while this message is not visible. */
export const newestShown = (): number | undefined => {
  const last = shown.messages.elements().at(-1)
  if (!last) return undefined
  const { bottom } = last.getBoundingClientRect()
  const isInView = bottom <= shown.log.element().getBoundingClientRect().bottom + 1
  return isInView ? Number(last.getAttribute('aria-posinset')) : undefined
}

/** Resolves when the browser has drawn all pending changes and all scroll handlers have run. */
export const nextFrames = async (count = 2): Promise<void> => {
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

export const focus = async (locator: Locator): Promise<void> => {
  const element = await locator.findElement()
  if (element instanceof HTMLElement) element.focus()
}

export const hasFocus = (locator: Locator): boolean => locator.element().matches(':focus')
