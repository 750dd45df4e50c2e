import { css, html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { page as screen } from 'vitest/browser'
import { tokens } from '../../client/ui/style/tokens.ts'
import { expectNoViolations } from './axe.ts'
import { nextFrames } from './mounted-page.ts'

/** Gives an element the colours, measures and ground that the page gives to its elements. */
@customElement('token-frame')
class TokenFrame extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: grid;
        block-size: 100dvh;
        background: var(--surface);
        color: var(--text);
        font-family: var(--font);
      }
    `,
  ]

  override render(): TemplateResult {
    return html`<slot></slot>`
  }
}

/** Fails as `expectNoViolations` does, in light and dark colours, in a narrow and in a wide window. */
export const expectNoViolationsInAnyFrame = async (element: LitElement): Promise<void> => {
  for (const scheme of ['light', 'dark']) {
    if (element.parentElement) element.parentElement.style.colorScheme = scheme
    for (const width of [360, 1_000]) {
      await screen.viewport(width, 700)
      await nextFrames()
      await expectNoViolations(element)
    }
  }
}

/** Mounts a single element that fills the screen; it stays in the document until the next element is mounted. */
export const mount = (element: LitElement): Promise<boolean> => {
  const frame = new TokenFrame()
  frame.append(element)
  document.body.style.margin = '0'
  document.body.replaceChildren(frame)
  return element.updateComplete
}
