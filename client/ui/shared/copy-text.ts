/** `selected`: the browser lets no page copy here; the text is selected, for the person's own Ctrl+C. */
export type CopyOutcome = 'copied' | 'selected'

/**
 * Copies what a field holds. Over plain http from another machine there is no `navigator.clipboard`, and a browser may
 * refuse it anywhere; the old command copies what is selected. Has to be called in a click's own turn.
 */
export const copyField = async (field: HTMLInputElement | HTMLTextAreaElement): Promise<CopyOutcome> => {
  // Typed as always there.
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
