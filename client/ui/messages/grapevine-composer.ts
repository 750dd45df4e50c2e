import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { icons } from '../style/icons.ts'
import { isOfInputMethod } from '../shared/input-method.ts'
import { controls } from '../style/tokens.ts'
import { composerStyles } from './grapevine-composer.styles.ts'

/** Publishes a ping or any text. If a text can't be published, it returns to the field, and the reason is shown. */
@customElement('grapevine-composer')
export class GrapevineComposer extends LitElement {
  static override styles = [controls, composerStyles]

  @property({ attribute: false }) node: Pick<GrapevineNode, 'ping' | 'publish'> | undefined
  /** Whether the node can publish now. */
  @property({ attribute: false }) isRunning = false
  @state() private problem: { readonly text: string; readonly isOfMessage: boolean } | undefined
  readonly #field = createRef<HTMLTextAreaElement>()

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node') || changed.has('isRunning')) this.problem = undefined
  }

  override render(): TemplateResult {
    const { problem } = this
    return html`
      <div aria-live="assertive">${problem ? html`<p class="problem" id="problem">${problem.text}</p>` : nothing}</div>
      <form @submit=${this.#onSubmit}>
        <button type="button" class="primary" ?disabled=${!this.isRunning} @click=${this.#onPing}>
          ${icons.ping}Ping
        </button>
        <textarea
          rows="1"
          dir="auto"
          aria-label="Message"
          placeholder=${this.isRunning ? 'To every node' : 'Not running'}
          autocomplete="off"
          enterkeyhint="send"
          aria-invalid=${problem?.isOfMessage ? 'true' : 'false'}
          aria-describedby=${problem?.isOfMessage ? 'problem' : nothing}
          @keydown=${this.#onKeydown}
          ${ref(this.#field)}
        ></textarea>
        <button type="submit" ?disabled=${!this.isRunning}>${icons.send}Send</button>
      </form>
    `
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || isOfInputMethod(event)) return
    event.preventDefault()
    void this.#send()
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    this.#field.value?.focus()
    void this.#send()
  }

  readonly #onPing = async (): Promise<void> => {
    const failure = await this.#attempt((node) => node.ping())
    this.problem = failure === undefined ? undefined : { text: failure, isOfMessage: false }
  }

  async #send(): Promise<void> {
    const field = this.#field.value
    const text = field?.value ?? ''
    if (!field || !this.isRunning || text.trim() === '') return
    field.value = ''
    const failure = await this.#attempt((node) => node.publish(text))
    this.problem = failure === undefined ? undefined : { text: failure, isOfMessage: true }
    // Text that the person has typed in the meantime stays, after the returned text.
    if (failure !== undefined) field.value = [text, field.value].filter(Boolean).join('\n')
  }

  /** Resolves to the reason of a failure, in words; to undefined after a success. */
  async #attempt(
    publish: (node: Pick<GrapevineNode, 'ping' | 'publish'>) => Promise<unknown>,
  ): Promise<string | undefined> {
    if (!this.node) return 'Not sent: the node is not running'
    try {
      await publish(this.node)
      return undefined
    } catch (error) {
      return `Not sent: ${error instanceof Error ? error.message : String(error)}`
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-composer': GrapevineComposer
  }
}
