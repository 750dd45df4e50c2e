/** Reports an error as uncaught, as the browser does it for what its own listeners throw; the caller goes on. */
export const reportUncaught = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })
