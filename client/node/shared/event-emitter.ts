/** Typed events. A listener that throws disturbs neither the others nor the one who emits. */
export class EventEmitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()

  /** Returns its undo. The same function added twice is called twice. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const entry = (event: Events[Type]): void => listener(event)
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(entry))
    return () => listeners.delete(entry)
  }

  /** Whether anybody listens, for events that cost something to make. */
  hasListeners(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        ;(listener as (event: Events[Type]) => void)(event)
      } catch (error) {
        reportUncaught(error)
      }
    }
  }
}

/** Reports an error as uncaught, as the browser does it for what its own listeners throw; the caller goes on. */
export const reportUncaught = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })
