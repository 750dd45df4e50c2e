/** `pending`: not known, since something before it has not happened. */
export type CheckStatus = 'ok' | 'waiting' | 'failed' | 'not-needed' | 'pending'

export interface ConnectionCheck {
  /** The same for the same check, whatever comes of it. */
  readonly key: string
  readonly label: string
  readonly status: CheckStatus
  /** What was seen. */
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
