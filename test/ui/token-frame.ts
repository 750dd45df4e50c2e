import { css, html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { tokens } from '../../client/ui/style/tokens.ts'

/** What the page gives its elements: colours, measures and ground. */
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

/** An element by itself, in the document until the next one is mounted, filling the screen. */
export const mount = (element: LitElement): Promise<boolean> => {
  const frame = new TokenFrame()
  frame.append(element)
  document.body.style.margin = '0'
  document.body.replaceChildren(frame)
  return element.updateComplete
}
