import { expect } from 'vitest'
import { page as screen } from 'vitest/browser'
import type { NetworkSnapshot } from '../../client/node/api/grapevine.ts'
import { expectNoViolations } from './axe.ts'
import type { FakeNode } from './fake-node.ts'
import { mountPage } from './mounted-page.ts'

/** What a person finds in the lab and in its view of the network, by role and name. */
export const lab = {
  tabs: screen.getByRole('tablist', { name: 'Lab' }).getByRole('tab'),
  tab: (name: string) => screen.getByRole('tab', { name, exact: true }),
  panel: (name: string) => screen.getByRole('tabpanel', { name, exact: true }),
  open: screen.getByRole('button', { name: 'Open the lab', exact: true }),
  close: screen.getByRole('button', { name: 'Close the lab', exact: true }),
} as const

export const network = {
  picture: (sentence: string | RegExp) => screen.getByRole('img', { name: sentence }),
  rows: screen.getByRole('table', { name: 'Nodes of the network' }).getByRole('row'),
  row: (name: string) => screen.getByRole('row', { name: new RegExp(`^${name}\\b`) }),
  pick: (name: string) => screen.getByRole('row', { name: new RegExp(`^${name}\\b`) }).getByRole('button'),
} as const

export const trace = {
  reach: screen.getByRole('status', { name: 'Trace', exact: true }),
  latest: screen.getByRole('button', { name: 'Trace the latest message', exact: true }),
  live: screen.getByRole('checkbox', { name: 'Watch live', exact: true }),
  hops: screen.getByRole('list', { name: 'Hops', exact: true }).getByRole('listitem'),
  path: (to: string) => screen.getByRole('list', { name: `Path to ${to}`, exact: true }).getByRole('listitem'),
  button: (name: string) => screen.getByRole('button', { name, exact: true }),
} as const

/** Mounts a page with this node; with a network, waits for its picture, which appears once its box has been measured. */
export const showNetwork = async (node: FakeNode, snapshot?: NetworkSnapshot): Promise<void> => {
  if (snapshot) node.setNetwork(snapshot)
  await mountPage(node)
  if (snapshot) await expect.element(network.picture(`${snapshot.nodes.length} nodes`)).toBeVisible()
}

/** The SVG element, for parts that have no accessible name. */
export const drawing = (): SVGElement => {
  const svg = screen.getByRole('tabpanel', { name: 'Network', exact: true }).getByRole('img').element()
  if (!(svg instanceof SVGElement)) throw new Error('no picture')
  return svg
}

/** A node of the drawing, by the name in its label or in its title. */
export const drawnNode = (name: string, inDrawing = drawing()): SVGGElement => {
  const nodes = [...inDrawing.querySelectorAll<SVGGElement>('.node')]
  const node = nodes.find((each) => each.querySelector('title')?.textContent.startsWith(`${name}:`))
  if (!node) throw new Error(`${name} is not drawn`)
  return node
}

/** The position of a node in the picture, in pixels. */
export const placeOf = (name: string): { readonly x: number; readonly y: number } => {
  const transform = drawnNode(name).getAttribute('transform') ?? ''
  const [x = Number.NaN, y = Number.NaN] = (transform.match(/-?[\d.]+/g) ?? []).map(Number)
  return { x, y }
}

/** Fails with the violations that axe finds on the page's own ground. */
export const expectAccessible = (root: Element | Document = document): Promise<void> => {
  // The page's ground lies outside the page's shadow root (page.css), so the test sets it here.
  document.documentElement.style.background = 'light-dark(oklch(0.972 0.008 315), oklch(0.175 0.018 310))'
  document.documentElement.style.colorScheme = 'light dark'
  return expectNoViolations(root)
}
