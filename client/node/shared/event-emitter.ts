/** Typed events. A listener that throws affects neither the other listeners nor the caller of `emit`. */
export class EventEmitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()

  /** Returns a function that removes the listener. A function added twice is called twice. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const entry = (event: Events[Type]): void => listener(event)
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(entry))
    return () => listeners.delete(entry)
  }

  /** For events that are expensive to make. */
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

/** Reports an error as uncaught, as the browser does for errors of its own listeners. The caller goes on. */
export const reportUncaught = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })
