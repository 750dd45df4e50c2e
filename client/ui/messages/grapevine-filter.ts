import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import { type AuthorCount, authorKey } from '../node/author-counts.ts'
import { isOfInputMethod } from '../shared/input-method.ts'
import { isFiltering, type MessageFilter, noFilter } from './message-filter.ts'
import { controls } from '../style/tokens.ts'
import { filterStyles } from './grapevine-filter.styles.ts'

const filterLimits = {
  /** How many authors are offered, those with the most messages first. Anybody can invent thousands of authors. */
  authors: 200,
  /** Milliseconds between two updates of the counts: nobody can read options that change with every message. */
  countEveryMs: 1_000,
}

/** The person chose which messages to see. */
export class FilterChangeEvent extends Event {
  readonly filter: MessageFilter

  constructor(filter: MessageFilter) {
    super('filter-change')
    this.filter = filter
  }
}

/** Filters the messages by author and text. Escape in either control, or in the log, shows all messages again. */
@customElement('grapevine-filter')
export class GrapevineFilter extends LitElement {
  static override styles = [controls, filterStyles]

  @property({ attribute: false }) authors: readonly AuthorCount[] = []
  @property({ attribute: false }) clashes: ReadonlySet<string> = new Set()
  @property({ attribute: false }) filter: MessageFilter = noFilter
  /** The authors that are offered, as of the latest count. */
  @state() private counted: readonly AuthorCount[] = []
  readonly #text = createRef<HTMLInputElement>()
  readonly #select = createRef<HTMLSelectElement>()
  #countTimer: number | undefined
  /** The chosen author: the choice stays when this author's last message is gone. */
  #chosen: AuthorCount | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.clearTimeout(this.#countTimer)
    this.#countTimer = undefined
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('filter')) this.#count()
    if (!changed.has('authors') || this.#countTimer !== undefined) return
    this.#count()
    this.#countTimer = window.setTimeout(() => {
      this.#countTimer = undefined
      this.#count()
    }, filterLimits.countEveryMs)
  }

  override render(): TemplateResult {
    const { author, text } = this.filter
    return html`
      <form
        role="search"
        aria-label="Messages"
        @submit=${(event: Event) => event.preventDefault()}
        @keydown=${this.#onKeydown}
      >
        <select
          aria-label="Author"
          .value=${author}
          @change=${this.#onAuthor}
          @focus=${this.#count}
          ${ref(this.#select)}
        >
          <option value="" ?selected=${author === ''}>Everybody</option>
          ${repeat(this.counted, authorKey, (known) => this.#option(known, authorKey(known) === author))}
        </select>
        <input
          type="search"
          dir="auto"
          aria-label="Find in messages"
          placeholder="Find in messages"
          autocomplete="off"
          spellcheck="false"
          .value=${text}
          @input=${this.#onText}
          ${ref(this.#text)}
        />
        ${isFiltering(this.filter) ? html`<button type="button" @click=${this.#clear}>Show all</button>` : nothing}
      </form>
    `
  }

  #option(known: AuthorCount, isChosen: boolean): TemplateResult {
    const { author, peerId, count } = known
    const name = this.clashes.has(author) ? `${author} ${shortPeerId(peerId)}` : author
    return html`<option value=${authorKey(known)} ?selected=${isChosen}>
      ${name} (${count.toLocaleString('en')})
    </option>`
  }

  readonly #count = (): void => {
    const most = [...this.authors].sort((a, b) => b.count - a.count).slice(0, filterLimits.authors)
    const { author } = this.filter
    const chosen = this.authors.find((known) => authorKey(known) === author)
    if (author === '') this.#chosen = undefined
    else if (chosen) this.#chosen = chosen
    else if (this.#chosen) this.#chosen = { ...this.#chosen, count: 0 }
    if (this.#chosen && !most.includes(this.#chosen)) most.push(this.#chosen)
    this.counted = most.sort((a, b) => a.author.localeCompare(b.author, 'en', { numeric: true }))
  }

  readonly #onAuthor = (): void => {
    this.#change({ ...this.filter, author: this.#select.value?.value ?? '' })
  }

  readonly #onText = (): void => {
    this.#change({ ...this.filter, text: this.#text.value?.value ?? '' })
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isOfInputMethod(event) || !isFiltering(this.filter)) return
    event.preventDefault()
    this.#change(noFilter)
  }

  readonly #clear = (): void => {
    // The button that had the focus disappears.
    this.#text.value?.focus()
    this.#change(noFilter)
  }

  #change(filter: MessageFilter): void {
    this.dispatchEvent(new FilterChangeEvent(filter))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-filter': GrapevineFilter
  }
  interface HTMLElementEventMap {
    'filter-change': FilterChangeEvent
  }
}
