import type { Entry } from '../../gossip/wire/entry.ts'
import { authorKey } from '../node/author-counts.ts'
import { showBody } from '../words/entry-body.ts'

/** Which messages are shown. */
export interface MessageFilter {
  /** A result of `authorKey`; empty: all authors. */
  readonly author: string
  /** Has to occur in the shown text of the body, in any case and Unicode form; empty: all messages. */
  readonly text: string
}

export const noFilter: MessageFilter = { author: '', text: '' }

export const isFiltering = ({ author, text }: MessageFilter): boolean => author !== '' || text !== ''

/**
 * Gives equal results for texts that look equal to a reader. NFKC, not NFC: a person who types `file` or `ABC` also
 * means the ligature in `ﬁle` and the full-width `ＡＢＣ` of an input method, and in a search one row too many is better
 * than one too few. First lower case, then upper case: this is nearly full case folding (`ẞ`, `ß` and `ss`; `Σ`, `σ`
 * and `ς`). A change of case may denormalise the text, so it is normalised again at the end.
 */
const foldText = (text: string): string => text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC')

// Control characters count as ASCII: only characters beyond ASCII have several Unicode forms.
const isAscii = (text: string): boolean => !/[^\0-\u007F]/.test(text)

export const createMatcher = ({ author, text }: MessageFilter): ((entry: Entry) => boolean) => {
  const folded = foldText(text)
  // A case-insensitive pattern needs no upper-case copy of every text.
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
