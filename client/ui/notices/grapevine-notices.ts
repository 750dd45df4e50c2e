import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { icons } from '../style/icons.ts'
import type { Severity } from '../words/link-words.ts'
import { countWords } from '../words/listing.ts'
import type { Notice, NoticeAction } from '../words/notice.ts'
import { controls } from '../style/tokens.ts'

const severityWords: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', info: 'Note' }

/** Notices beyond these are folded away: a page full of troubles leaves no room for what still works. */
const shownAtOnce = 3

/** What is wrong and what to do. A live region from the first, so that a notice is announced when it appears. */
@customElement('grapevine-notices')
export class GrapevineNotices extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      .notice {
        --tone: var(--muted);
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--gap-1) var(--gap-3);
        align-items: center;
        padding: var(--gap-3) var(--gap-4);
        border: 1px solid var(--line);
        border-inline-start: 0.25rem solid var(--tone);
        border-radius: var(--round);
        background: var(--surface);
        line-height: 1.45;
      }

      .notice + .notice,
      summary + .notice {
        margin-block-start: var(--gap-2);
      }

      /* A region without notices takes no room, but stays there to announce the first one. */
      [role='region'] > :last-child {
        margin-block-end: var(--gap-4);
      }

      summary {
        inline-size: fit-content;
        padding: var(--gap-2);
        border-radius: var(--round);
        color: var(--muted);
        font-size: var(--size-small);
        font-weight: 600;
        cursor: pointer;
      }

      .error {
        --tone: var(--bad);
        background: var(--bad-soft);
      }

      .warning {
        --tone: var(--warn);
        background: var(--warn-soft);
      }

      .notice > svg {
        align-self: start;
        margin-block-start: 0.15em;
        color: var(--tone);
        font-size: 1.125rem;
      }

      h2 {
        font-weight: 650;
      }

      .words {
        min-inline-size: 0;
        max-inline-size: 75ch;
        overflow-wrap: anywhere;
      }

      .words p {
        color: var(--muted);
        font-size: var(--size-small);
      }

      .error .words p,
      .warning .words p {
        color: var(--text);
      }

      .words summary {
        margin-inline-start: calc(-1 * var(--gap-2));
        color: var(--text);
      }

      dl {
        margin: 0;
      }

      dt {
        font-size: var(--size-small);
        font-weight: 600;
      }

      dd {
        max-block-size: 9rem;
        margin: var(--gap-1) 0 var(--gap-2);
        padding: var(--gap-2) var(--gap-3);
        border-radius: var(--round);
        background: var(--surface);
        font-size: var(--size-small);
        overflow: auto;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
        unicode-bidi: isolate;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-2);
      }

      @media (max-width: 42rem) {
        .notice {
          grid-template-columns: auto minmax(0, 1fr);
        }

        .actions {
          grid-column: 2;
          margin-block-start: var(--gap-1);
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        .notice {
          animation: appear 200ms ease-out;
        }
      }

      @keyframes appear {
        from {
          opacity: 0;
          transform: translateY(-0.25rem);
        }
      }
    `,
  ]

  @property({ attribute: false }) notices: readonly Notice[] = []

  override render(): TemplateResult {
    const rest = this.notices.slice(shownAtOnce)
    return html`
      <div role="region" aria-label="Notices" aria-live="polite">
        ${this.#list(this.notices.slice(0, shownAtOnce))}
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
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-notices': GrapevineNotices
  }
}
