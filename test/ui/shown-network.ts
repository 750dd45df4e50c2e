import { page as screen } from 'vitest/browser'
import { expectNoViolations } from './axe.ts'

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
  way: (to: string) => screen.getByRole('list', { name: `Path to ${to}`, exact: true }).getByRole('listitem'),
  button: (name: string) => screen.getByRole('button', { name, exact: true }),
} as const

/** The drawing itself, for what has no name. */
export const drawing = (): SVGElement => {
  const svg = screen.getByRole('tabpanel', { name: 'Network', exact: true }).getByRole('img').element()
  if (!(svg instanceof SVGElement)) throw new Error('no picture')
  return svg
}

/** A node of the drawing, by the name that is written at it or told by its title. */
export const drawnNode = (name: string): SVGGElement => {
  const nodes = [...drawing().querySelectorAll<SVGGElement>('.node')]
  const node = nodes.find((each) => each.querySelector('title')?.textContent.startsWith(`${name}:`))
  if (!node) throw new Error(`${name} is not drawn`)
  return node
}

/** Where a node is drawn, in the picture's pixels. */
export const placeOf = (name: string): { readonly x: number; readonly y: number } => {
  const [x = Number.NaN, y = Number.NaN] = (
    drawnNode(name)
      .getAttribute('transform')
      ?.match(/-?[\d.]+/g) ?? []
  ).map(Number)
  return { x, y }
}

/** What a person with a screen reader or weak eyes would miss, as far as axe finds it. */
export const expectAccessible = (root: Element | Document = document): Promise<void> => {
  // The page's own ground lies outside of its shadow root (page.css).
  document.documentElement.style.background = 'light-dark(oklch(0.972 0.008 315), oklch(0.175 0.018 310))'
  document.documentElement.style.colorScheme = 'light dark'
  return expectNoViolations(root)
}
