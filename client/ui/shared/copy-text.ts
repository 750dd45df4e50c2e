/** `selected`: the browser does not let the page copy. The text is selected, and the person can press Ctrl+C. */
export type CopyOutcome = 'copied' | 'selected'

/**
 * Copies the text of a field. Over plain http from a different machine there is no `navigator.clipboard`, and a browser
 * may refuse its use anywhere; then the old `copy` command copies the selection. Call this synchronously in a click
 * handler.
 */
export const copyField = async (field: HTMLInputElement | HTMLTextAreaElement): Promise<CopyOutcome> => {
  // The DOM types declare it as always present, but insecure origins lack it.
  const { clipboard } = navigator as { readonly clipboard?: Clipboard }
  if (clipboard) {
    const isCopied = await clipboard.writeText(field.value).then(
      () => true,
      () => false,
    )
    if (isCopied) return 'copied'
  }
  const focused = (field.getRootNode() as Document | ShadowRoot).activeElement
  field.focus()
  field.select()
  if (!document.execCommand('copy')) return 'selected'
  if (focused instanceof HTMLElement) focused.focus()
  return 'copied'
}

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent)

export const describeCopy = (outcome: CopyOutcome, what: string): string =>
  outcome === 'copied' ? `${what} copied.` : `${what} selected: press ${isMac() ? '⌘C' : 'Ctrl+C'} to copy.`
