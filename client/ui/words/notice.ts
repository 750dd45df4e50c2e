import type { Severity } from './link-words.ts'

export interface Notice {
  /** The same for the same trouble, so that a notice that stays is not shown anew. */
  readonly key: string
  readonly severity: Severity
  readonly title: string
  readonly text: string
  readonly actions: readonly NoticeAction[]
  /** What a person may look at, folded away at first. Text of strangers is shown as text. */
  readonly details?: { readonly summary: string; readonly items: readonly NoticeDetail[] }
}

export interface NoticeDetail {
  readonly label: string
  readonly text: string
}

export type NoticeAction =
  | { readonly kind: 'link'; readonly label: string; readonly href: string; readonly newTab: boolean }
  | { readonly kind: 'reload'; readonly label: string }

export const reload: NoticeAction = { kind: 'reload', label: 'Reload this tab' }

export const newerPage: Notice = {
  key: 'newer-page',
  severity: 'info',
  title: 'A newer version of Grapevine is available',
  text: 'This tab still runs the earlier version. Reload it to get the new one; your messages stay.',
  actions: [reload],
}
