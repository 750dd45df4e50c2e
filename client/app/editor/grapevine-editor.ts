import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import {
  createAbsolutePositionFromRelativePosition,
  createRelativePositionFromJSON,
  createRelativePositionFromTypeIndex,
  type Text,
} from 'yjs'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { NodeSubscription } from '../../ui/node/node-subscription.ts'
import '../../ui/notices/grapevine-notices.ts'
import { describeAddressProblems } from '../../ui/notices/address-notices.ts'
import { describeStateTrouble } from '../../ui/notices/state-notices.ts'
import { hues, pickHue } from '../../ui/style/node-hue.ts'
import { controls, tokens } from '../../ui/style/tokens.ts'
import { countWords } from '../../ui/words/listing.ts'
import type { Notice } from '../../ui/words/notice.ts'
import { pickPlace } from '../../ui/words/place.ts'
import type { GrapevineProvider } from '../../yjs/grapevine-provider.ts'
import type { AddressProblem } from '../address/address-problem.ts'
import { editorStyles } from './grapevine-editor.styles.ts'
import { TextareaBinding } from './textarea-binding.ts'

interface Person {
  readonly client: number
  readonly name: string
  /** 1, 2, 3 …; undefined while the person is not in the text. */
  readonly line: number | undefined
}

/** A text field that several tabs write together, and who is at it. */
@customElement('grapevine-editor')
export class GrapevineEditor extends LitElement {
  static override styles = [controls, tokens, hues, editorStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  @property({ attribute: false }) provider: GrapevineProvider | undefined
  @property({ attribute: false }) text: Text | undefined
  @property({ attribute: false }) problems: readonly AddressProblem[] = []
  @property({ attribute: false }) correctedHref = ''
  @query('textarea') private field!: HTMLTextAreaElement | null

  readonly #subscription = new NodeSubscription(this, (node) => [
    node.on('state', this.#changed),
    node.on('link', this.#changed),
    node.on('key', this.#changed),
  ])
  /** Of which provider the field is bound, and how that ends. */
  #bound: { readonly provider: GrapevineProvider; readonly end: () => void } | undefined

  override willUpdate(): void {
    this.#subscription.follow(this.node)
  }

  override updated(): void {
    if (this.#bound?.provider !== this.provider) this.#bind()
  }

  override render(): TemplateResult {
    return html`
      <header>
        <h1>Shared text</h1>
        <p class="state" role="status">${this.#stateWords()}</p>
        ${this.node ? html`<a class="button" href=${this.#nextHref(this.node)} target="_blank">Open another tab</a>` : nothing}
      </header>
      <grapevine-notices .notices=${this.#notices()}></grapevine-notices>
      <ul class="people" aria-label="People">
        ${repeat(
          this.#people(),
          ({ client }) => client,
          ({ name, line }) => html`
            <li class=${pickHue(name)}>
              <b>${name}</b>
              <span>${name === this.node?.name ? 'this tab' : line === undefined ? 'reads' : `line ${line}`}</span>
            </li>
          `,
        )}
      </ul>
      <textarea
        aria-label="Text"
        placeholder="Write here. Every tab shows it, and keeps it."
        spellcheck="false"
        ?disabled=${!this.provider}
      ></textarea>
    `
  }

  #bind(): void {
    this.#bound?.end()
    this.#bound = undefined
    const { provider, text, field } = this
    if (!provider || !text || !field) return
    const binding = new TextareaBinding(field, text)
    const { awareness } = provider
    const tellCursor = (): void => awareness.setLocalStateField('cursor', cursorOf(field, text))
    const listeners = new AbortController()
    for (const type of ['select', 'input', 'keyup', 'pointerup', 'focus', 'blur']) {
      field.addEventListener(type, tellCursor, { signal: listeners.signal })
    }
    awareness.setLocalStateField('user', { name: provider.node.name })
    awareness.on('change', this.#changed)
    provider.doc.on('update', this.#changed)
    this.#bound = {
      provider,
      end: () => {
        binding.destroy()
        listeners.abort()
        awareness.off('change', this.#changed)
        provider.doc.off('update', this.#changed)
      },
    }
    field.focus()
  }

  readonly #changed = (): void => this.requestUpdate()

  #stateWords(): string {
    const { node, text } = this
    if (!node) return ''
    if (node.state().status === 'starting') return 'Starting'
    const linked = node.links().filter(({ state }) => state === 'up' || state === 'quiet').length
    const characters = countWords(text?.length ?? 0, 'character', 'characters')
    return linked === 0
      ? `${characters} · no other tab is linked`
      : `${characters} · ${countWords(linked, 'link', 'links')}`
  }

  /** The address of a new node whose upstream is this one. */
  #nextHref({ name, peerId, net }: GrapevineNode): string {
    const url = new URL(location.href)
    url.search = `?peer=${peerId ? `${name}@${peerId}` : name}${net === 'main' ? '' : `&net=${net}`}`
    return url.href
  }

  #notices(): readonly Notice[] {
    const { node, problems, correctedHref } = this
    const linked = node?.links().filter(({ state }) => state === 'up').length ?? 0
    const addressNotices = describeAddressProblems(problems, { suggestedHref: '', correctedHref })
    return [
      ...describeStateTrouble(node?.state(), linked, pickPlace(location.hostname), location.host),
      ...addressNotices,
    ]
  }

  /** Oneself first. */
  #people(): readonly Person[] {
    const { provider, text } = this
    if (!provider || !text) return []
    const { awareness } = provider
    const people = [...awareness.getStates()].flatMap(([client, { user, cursor }]): Person[] => {
      const name = (user as { readonly name?: unknown } | undefined)?.name
      return typeof name === 'string' ? [{ client, name: name.slice(0, 32), line: lineOf(cursor, text) }] : []
    })
    const rank = ({ client }: Person): number => (client === awareness.clientID ? 0 : 1)
    return people.sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1))
  }
}

/** As other editors of Yjs tell it: two places that stay with their text. Null: the field has no focus. */
const cursorOf = (field: HTMLTextAreaElement, text: Text): unknown => {
  if (!field.matches(':focus')) return null
  const [anchor, head] = [field.selectionStart, field.selectionEnd].map((index) =>
    createRelativePositionFromTypeIndex(text, index),
  )
  return { anchor, head }
}

/** Undefined: there is no cursor, or what another node sent is none. */
const lineOf = (cursor: unknown, text: Text): number | undefined => {
  if (typeof cursor !== 'object' || cursor === null || !text.doc) return undefined
  try {
    const head = createRelativePositionFromJSON((cursor as { readonly head?: unknown }).head)
    const place = createAbsolutePositionFromRelativePosition(head, text.doc)
    return place?.type === text ? text.toJSON().slice(0, place.index).split('\n').length : undefined
  } catch {
    return undefined
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-editor': GrapevineEditor
  }
}
