import type { Severity } from './link-words.ts'

export interface Notice {
  /** Identifies the trouble, so that a notice whose trouble stays is not announced again. */
  readonly key: string
  readonly severity: Severity
  readonly title: string
  readonly text: string
  readonly actions: readonly NoticeAction[]
  /** Details that are folded at first. Text of strangers is shown as plain text. */
  readonly details?: { readonly summary: string; readonly items: readonly NoticeDetail[] }
}

export interface NoticeDetail {
  readonly label: string
  readonly text: string
}

export type NoticeAction =
  | { readonly kind: 'link'; readonly label: string; readonly href: string; readonly newTab: boolean }
  | { readonly kind: 'reload'; readonly label: string }
  /** Ends all faults of the links. */
  | { readonly kind: 'heal'; readonly label: string }

export const reload: NoticeAction = { kind: 'reload', label: 'Reload this tab' }

export const newerPage: Notice = {
  key: 'newer-page',
  severity: 'info',
  title: 'A newer version of Grapevine is available',
  text: 'This tab still runs the earlier version. Reload it to get the new one; your messages stay.',
  actions: [reload],
}
