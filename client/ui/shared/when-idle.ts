/** Within a second, and before that as soon as the page has nothing else to do. Safari does not tell when that is. */
export const whenIdle = (work: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 1_000 })
  else setTimeout(work, 200)
}
