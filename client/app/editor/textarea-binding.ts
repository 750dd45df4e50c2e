import { type Text, type Transaction, UndoManager, type YTextEvent } from 'yjs'
import { changeBetween, type DeltaStep, movedBy } from './text-change.ts'

/**
 * Binds a text field to a Yjs text. What a person types becomes one small change; changes of others keep the selection, and
 * wait while an input method composes. Undo and redo concern this person's changes alone.
 */
export class TextareaBinding {
  readonly #field: HTMLTextAreaElement
  readonly #text: Text
  readonly #undo: UndoManager
  readonly #listeners = new AbortController()
  /** What the field showed before the person typed. */
  #shown: string
  /** The changes of others that the field does not show yet. */
  #waiting: DeltaStep[][] = []
  #isComposing = false

  constructor(field: HTMLTextAreaElement, text: Text) {
    this.#field = field
    this.#text = text
    this.#shown = text.toJSON()
    this.#undo = new UndoManager(text, { trackedOrigins: new Set([this]) })
    field.value = this.#shown
    const { signal } = this.#listeners
    const composes = (isComposing: boolean) => (): void => {
      this.#isComposing = isComposing
      if (!isComposing) this.#typed()
    }
    field.addEventListener('compositionstart', composes(true), { signal })
    field.addEventListener('compositionend', composes(false), { signal })
    field.addEventListener('input', () => this.#typed(), { signal })
    field.addEventListener('keydown', (event) => this.#pressed(event), { signal })
    text.observe(this.#changed)
  }

  destroy(): void {
    this.#listeners.abort()
    this.#text.unobserve(this.#changed)
    this.#undo.destroy()
  }

  #typed(): void {
    if (this.#isComposing) return
    const change = changeBetween(this.#shown, this.#field.value)
    this.#shown = this.#field.value
    if (change) {
      const [start, end] = [this.#moved(change.index), this.#moved(change.index + change.deleted)]
      this.#text.doc?.transact(() => {
        this.#text.delete(start, end - start)
        this.#text.insert(start, change.inserted)
      }, this)
    }
    if (this.#waiting.length > 0) this.#show()
  }

  readonly #changed = (event: YTextEvent, { origin }: Transaction): void => {
    if (origin === this) return
    this.#waiting.push(event.delta)
    if (!this.#isComposing) this.#show()
  }

  #show(): void {
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = this.#field
    this.#shown = this.#text.toJSON()
    this.#field.value = this.#shown
    this.#field.setSelectionRange(this.#moved(selectionStart), this.#moved(selectionEnd), selectionDirection)
    this.#field.scrollTop = scrollTop
    this.#waiting = []
  }

  #moved(place: number): number {
    return this.#waiting.reduce(movedBy, place)
  }

  /** The field's own undo does not know what others have written. */
  #pressed(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    const isRedo = key === 'y' || (key === 'z' && event.shiftKey)
    if (!isRedo && key !== 'z') return
    event.preventDefault()
    if (isRedo) this.#undo.redo()
    else this.#undo.undo()
  }
}
