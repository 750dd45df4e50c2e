import { css, html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { tokens } from '../../client/ui/style/tokens.ts'

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

/** Mounts a single element that fills the screen; it stays in the document until the next element is mounted. */
export const mount = (element: LitElement): Promise<boolean> => {
  const frame = new TokenFrame()
  frame.append(element)
  document.body.style.margin = '0'
  document.body.replaceChildren(frame)
  return element.updateComplete
}
