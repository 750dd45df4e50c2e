import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { icons } from '../style/icons.ts'
import type { Severity } from '../words/link-words.ts'
import { countWords } from '../words/listing.ts'
import type { Notice, NoticeAction } from '../words/notice.ts'
import { controls } from '../style/tokens.ts'
import { noticesStyles } from './grapevine-notices.styles.ts'

const severityWords: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', info: 'Note' }

/** How many notices are visible. Others are folded, to leave room for the parts of the page that still work. */
const maxVisible = 3

/** What is wrong and what to do. The live region exists from the start, so that every new notice is announced. */
@customElement('grapevine-notices')
export class GrapevineNotices extends LitElement {
  static override styles = [controls, noticesStyles]

  @property({ attribute: false }) notices: readonly Notice[] = []

  override render(): TemplateResult {
    const rest = this.notices.slice(maxVisible)
    return html`
      <div role="region" aria-label="Notices" aria-live="polite">
        ${this.#list(this.notices.slice(0, maxVisible))}
        ${
          rest.length > 0
            ? html`<details>
                <summary>${countWords(rest.length, 'more notice', 'more notices')}</summary>
                ${this.#list(rest)}
              </details>`
            : nothing
        }
      </div>
    `
  }

  #list(notices: readonly Notice[]): unknown {
    return repeat(
      notices,
      (notice) => notice.key,
      (notice) => html`
        <div class="notice ${notice.severity}">
          ${icons[notice.severity]}
          <div class="words">
            <h2><span class="unseen">${severityWords[notice.severity]}: </span>${notice.title}</h2>
            <p>${notice.text}</p>
            ${notice.details ? this.#details(notice.details) : nothing}
          </div>
          ${
            notice.actions.length > 0
              ? html`<div class="actions">
                  ${notice.actions.map((action, index) => this.#action(action, notice.severity, index === 0))}
                </div>`
              : nothing
          }
        </div>
      `,
    )
  }

  #details({ summary, items }: NonNullable<Notice['details']>): TemplateResult {
    return html`
      <details>
        <summary>${summary}</summary>
        <dl>
          ${items.map(
            ({ label, text }) =>
              html`<dt>${label}</dt>
                <dd dir="auto">${text}</dd>`,
          )}
        </dl>
      </details>
    `
  }

  #action(action: NoticeAction, severity: Severity, isFirst: boolean): TemplateResult {
    const look = severity === 'error' && isFirst ? 'primary' : ''
    switch (action.kind) {
      case 'link':
        return action.newTab
          ? html`<a class="button ${look}" href=${action.href} target="_blank" rel="noopener">${action.label}</a>`
          : html`<a class="button ${look}" href=${action.href}>${action.label}</a>`
      case 'reload':
        return html`<button type="button" class=${look} @click=${() => location.reload()}>${action.label}</button>`
      case 'heal':
        return html`<button type="button" @click=${() => this.dispatchEvent(new Event('heal'))}>
          ${action.label}
        </button>`
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-notices': GrapevineNotices
  }
}
