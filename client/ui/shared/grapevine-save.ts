import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { icons } from '../style/icons.ts'
import { rovingIndex } from './roving-index.ts'
import { fileName, saveFile } from './save-file.ts'
import { controls } from '../style/tokens.ts'
import { saveStyles } from './grapevine-save.styles.ts'

/** A kind of file to choose. */
export interface SaveChoice {
  /** `JSON`. */
  readonly label: string
  readonly extension: string
  /** Rejects with what a person should know. */
  readonly make: () => Promise<Blob>
}

/** Pixels between the button and its menu, and between the menu and the edge of the window. */
const gap = 4

/** Saves something as a file: at once where there is one kind of file, from a small menu where there are several. */
@customElement('grapevine-save')
export class GrapevineSave extends LitElement {
  static override styles = [controls, saveStyles]

  /** Whose it is, for the name of the file. */
  @property({ attribute: false }) node: Pick<GrapevineNode, 'net' | 'name'> | undefined
  /** One word: `messages`. */
  @property({ attribute: false }) what = ''
  @property({ attribute: false }) choices: readonly SaveChoice[] = []
  @state() private isOpen = false
  /** What has just been saved, or why it was not. */
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
    this.#place()
    this.#items[0]?.focus()
  }

  get #items(): readonly HTMLElement[] {
    return [...(this.#menu.value?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
  }

  /** Below the button or, where there is no room, above it; within the window. */
  #place(): void {
    const [button, menu] = [this.#button.value?.getBoundingClientRect(), this.#menu.value]
    if (!button || !menu) return
    const { offsetWidth, offsetHeight } = menu
    const below = button.bottom + gap
    const top = below + offsetHeight <= innerHeight - gap ? below : Math.max(gap, button.top - gap - offsetHeight)
    const left = Math.max(gap, Math.min(button.right - offsetWidth, innerWidth - gap - offsetWidth))
    menu.style.top = `${top}px`
    menu.style.left = `${left}px`
  }

  /** As WAI-ARIA's menus do. */
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') this.#close()
    if (event.key === 'Escape') {
      // It closes the menu alone, not the sheet that the button may be in.
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

  /** The focus goes back to the button. A browser does so by itself only where it has moved the focus into the menu. */
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

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-save': GrapevineSave
  }
}
