import axe from 'axe-core'
import { expect } from 'vitest'

/** The document and all shadow roots in it. */
export const rootsIn = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
  root,
  ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : [])),
]

/** Waits until animations end: axe must not measure the contrast of a colour in the middle of a transition. */
const animationsToEnd = async (): Promise<void> => {
  const animations = rootsIn(document).flatMap((root) => root.getAnimations())
  const ending = animations.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ending.map(({ finished }) => finished))
}

/**
 * Fails if axe finds violations of WCAG 2.2 A and AA or of its own best practices, or of the given rule only; reports each
 * element and reason.
 */
export const expectNoViolations = async (root: Element | Document = document, rule?: string): Promise<void> => {
  await animationsToEnd()
  const { violations } = await axe.run(root, {
    resultTypes: ['violations'],
    ...(rule !== undefined && { runOnly: [rule] }),
    // These rules concern the document in which the tests run, not the page.
    rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false } },
  })
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')}: ${failureSummary ?? ''}`),
  }))
  expect(found).toEqual([])
}
