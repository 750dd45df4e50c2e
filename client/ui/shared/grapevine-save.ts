import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { icons } from '../style/icons.ts'
import { rovingIndex } from './roving-index.ts'
import { controls } from '../style/tokens.ts'
import { saveStyles } from './grapevine-save.styles.ts'

/** A kind of file that the person can choose. */
export interface SaveChoice {
  /** For example `JSON`. */
  readonly label: string
  readonly extension: string
  /** Rejects with an error whose message is shown to the person. */
  readonly make: () => Promise<Blob>
}

/** The distance in pixels from the button to its menu, and from the menu to the edge of the window. */
const gapPx = 4

/** Saves content as a file: at once if there is one kind of file, or from a small menu if there are several kinds. */
@customElement('grapevine-save')
export class GrapevineSave extends LitElement {
  static override styles = [controls, saveStyles]

  /** The node from which the content comes, for the name of the file. */
  @property({ attribute: false }) node: Pick<GrapevineNode, 'net' | 'name'> | undefined
  /** What is saved, as one word: `messages`. */
  @property({ attribute: false }) what = ''
  @property({ attribute: false }) choices: readonly SaveChoice[] = []
  @state() private isOpen = false
  /** Which file has just been saved; `problem`: why nothing was saved. */
  @state() private saved = ''
  @state() private problem = ''
  readonly #button = createRef<HTMLButtonElement>()
  readonly #menu = createRef<HTMLElement>()
  #isSaving = false

  override render(): TemplateResult {
    const [only, ...others] = this.choices
    if (!only || !this.node) return html`${nothing}`
    const isMenu = others.length > 0
    const label = isMenu ? `Save ${this.what}…` : `Save ${this.what} as ${only.label}`
    return html`
      <button
        type="button"
        class="open"
        aria-label=${label}
        title=${label}
        aria-haspopup=${isMenu ? 'menu' : nothing}
        aria-expanded=${isMenu ? this.isOpen : nothing}
        popovertarget=${isMenu ? 'menu' : nothing}
        @click=${isMenu ? nothing : () => void this.#save(only)}
        ${ref(this.#button)}
      >
        ${icons.save}
      </button>
      ${
        isMenu
          ? html`<div
              id="menu"
              role="menu"
              popover="auto"
              aria-label="Save ${this.what}"
              @toggle=${this.#onToggle}
              @keydown=${this.#onKeydown}
              ${ref(this.#menu)}
            >
              ${this.choices.map(
                (choice) =>
                  html`<button type="button" role="menuitem" tabindex="-1" @click=${() => this.#choose(choice)}>
                    ${sentence(this.what)} as ${choice.label}
                  </button>`,
              )}
            </div>`
          : nothing
      }
      <span class="unseen" aria-live="polite">${this.saved}</span>
      ${this.problem ? html`<span class="problem" role="alert">${this.problem}</span>` : nothing}
    `
  }

  readonly #onToggle = ({ newState }: ToggleEvent): void => {
    this.isOpen = newState === 'open'
    if (!this.isOpen) return
    this.#placeMenu()
    this.#items[0]?.focus()
  }

  get #items(): readonly HTMLElement[] {
    return [...(this.#menu.value?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
  }

  /** Places the menu within the window: below the button or, if there is no room, above it. */
  #placeMenu(): void {
    const [button, menu] = [this.#button.value?.getBoundingClientRect(), this.#menu.value]
    if (!button || !menu) return
    const { offsetWidth, offsetHeight } = menu
    const below = button.bottom + gapPx
    const top = below + offsetHeight <= innerHeight - gapPx ? below : Math.max(gapPx, button.top - gapPx - offsetHeight)
    const left = Math.max(gapPx, Math.min(button.right - offsetWidth, innerWidth - gapPx - offsetWidth))
    menu.style.top = `${top}px`
    menu.style.left = `${left}px`
  }

  /** Implements the keyboard of WAI-ARIA's menu pattern. */
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') this.#close()
    if (event.key === 'Escape') {
      // Escape closes only the menu, not the sheet that may contain the button.
      event.stopPropagation()
      event.preventDefault()
      this.#close()
    }
    const items = this.#items
    const index = items.findIndex((item) => item.matches(':focus'))
    const next = rovingIndex(event.key, index, items.length, 'vertical')
    if (next === undefined) return
    event.preventDefault()
    items[next]?.focus()
  }

  /** Closes the menu and focuses the button. A browser does this itself only if it moved the focus into the menu. */
  #close(): void {
    this.#menu.value?.hidePopover()
    this.#button.value?.focus()
  }

  #choose(choice: SaveChoice): void {
    this.#close()
    void this.#save(choice)
  }

  async #save({ extension, make }: SaveChoice): Promise<void> {
    if (this.#isSaving || !this.node) return
    this.#isSaving = true
    this.saved = ''
    this.problem = ''
    try {
      const name = fileName(this.node, this.what, extension)
      saveFile(await make(), name)
      this.saved = `Saved as ${name}`
    } catch (error) {
      this.problem = `Not saved: ${error instanceof Error ? error.message : String(error)}`
    } finally {
      this.#isSaving = false
    }
  }
}

/** Milliseconds for which the file's URL stays valid: the browser may first ask the person where to save the file. */
const urlLifetimeMs = 60_000

/** `grapevine-main-node1-messages-2026-11-30-004105.csv`: sorts by network, node and time; valid on every system. */
const fileName = ({ net, name }: Pick<GrapevineNode, 'net' | 'name'>, what: string, extension: string): string => {
  const at = new Date()
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('')
  return `grapevine-${net}-${name}-${what.replaceAll(' ', '-')}-${day}-${time}.${extension}`
}

/** Lets the browser save the content as a download. */
const saveFile = (content: Blob, name: string): void => {
  const href = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), urlLifetimeMs)
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-save': GrapevineSave
  }
}
