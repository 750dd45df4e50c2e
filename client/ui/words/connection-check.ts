/** `pending`: not known yet, since an earlier step has not happened. */
export type CheckStatus = 'ok' | 'waiting' | 'failed' | 'not-needed' | 'pending'

export interface ConnectionCheck {
  /** Identifies the check, independent of its result. */
  readonly key: string
  readonly label: string
  readonly status: CheckStatus
  /** The observation behind the status. */
  readonly seen: string
}

export const checkStatusWord = (status: CheckStatus): string => {
  switch (status) {
    case 'ok':
      return 'OK'
    case 'waiting':
      return 'Waiting'
    case 'failed':
      return 'Failed'
    case 'not-needed':
      return 'Not needed'
    case 'pending':
      return 'Not yet'
  }
}
