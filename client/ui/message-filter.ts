import type { Entry } from '../gossip/entry.ts'
import { authorKey } from './author-counts.ts'
import { showBody } from './entry-body.ts'

/** Which messages are shown. */
export interface MessageFilter {
  /** As `authorKey` has it; everybody's if empty. */
  readonly author: string
  /** Found in what is shown of a body, in whatever case; every one if empty. */
  readonly text: string
}

export const noFilter: MessageFilter = { author: '', text: '' }

export const isFiltering = ({ author, text }: MessageFilter): boolean => author !== '' || text !== ''

export const createMatcher = ({ author, text }: MessageFilter): ((entry: Entry) => boolean) => {
  // A pattern needs no copy of every text in small letters.
  const pattern = text === '' ? undefined : new RegExp(text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`), 'iu')
  return (entry) => {
    if (author !== '' && authorKey(entry) !== author) return false
    if (!pattern) return true
    const { preview, whole } = showBody(entry)
    return pattern.test(whole ?? preview)
  }
}
