import type { Entry } from '../../gossip/wire/entry.ts'
import { authorKey } from '../node/author-counts.ts'
import { showBody } from '../words/entry-body.ts'

/** Which messages are shown. */
export interface MessageFilter {
  /** As `authorKey` has it; everybody's if empty. */
  readonly author: string
  /** Found in what is shown of a body, in whatever case and Unicode form; every one if empty. */
  readonly text: string
}

export const noFilter: MessageFilter = { author: '', text: '' }

export const isFiltering = ({ author, text }: MessageFilter): boolean => author !== '' || text !== ''

/**
 * One form for all that a reader takes for the same text. NFKC, not NFC: whoever types `file` or `ABC` means the ligature
 * in `ﬁle` and the full-width `ＡＢＣ` of an input method as well, and in a search one row too many is better than one too
 * few. Small letters first, then capitals: that is nearly full case folding (`ẞ`, `ß` and `ss`; `Σ`, `σ` and `ς`). Changing
 * the case may take a text apart again.
 */
const foldText = (text: string): string => text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC')

// Control characters included: what is not ASCII is what may have other forms.
const isAscii = (text: string): boolean => !/[^\0-\u007F]/.test(text)

export const createMatcher = ({ author, text }: MessageFilter): ((entry: Entry) => boolean) => {
  const folded = foldText(text)
  // A pattern needs no copy of every text in capitals.
  const pattern =
    folded === '' ? undefined : new RegExp(folded.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`), 'i')
  return (entry) => {
    if (author !== '' && authorKey(entry) !== author) return false
    if (!pattern) return true
    const { preview, whole } = showBody(entry)
    const shown = whole ?? preview
    return isAscii(shown) ? pattern.test(shown) : foldText(shown).includes(folded)
  }
}
