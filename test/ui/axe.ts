import axe from 'axe-core'
import { expect } from 'vitest'

const rootsIn = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
  root,
  ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : [])),
]

/** Colours on their way to others are none that anybody has to read. */
const animationsToEnd = async (): Promise<void> => {
  const animations = rootsIn(document).flatMap((root) => root.getAnimations())
  const ending = animations.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ending.map(({ finished }) => finished))
}

/** Fails with what axe finds against WCAG 2.2 A and AA and its own best practices, each with where and why. */
export const expectNoViolations = async (root: Element | Document = document): Promise<void> => {
  await animationsToEnd()
  const { violations } = await axe.run(root, {
    resultTypes: ['violations'],
    // About the document that the tests run in, not about the page.
    rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false } },
  })
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')}: ${failureSummary ?? ''}`),
  }))
  expect(found).toEqual([])
}
