/** What is wrong with the address of a page, as the page sees it before its node has a name. */
export type AddressProblem =
  /** Errors: no node is made from such an address. */
  | { readonly severity: 'error'; readonly kind: 'bad-name' | 'bad-net' | 'bad-class'; readonly value: string }
  /** Every seat of the class is taken. */
  | { readonly severity: 'error'; readonly kind: 'class-full'; readonly value: string }
  /** Warnings: the rest of the address works. */
  | {
      readonly severity: 'warning'
      readonly kind: 'bad-upstream' | 'self-upstream' | 'class-left-out'
      readonly value: string
    }
  /** An upstream that is where a program listens (`ws://localhost:6001`) / several with no comma between them. */
  | { readonly severity: 'warning'; readonly kind: 'upstream-address' | 'upstream-separator'; readonly value: string }
  /** Something that is no parameter, such as `Peer=`; `right`: what to write in its place, if that is known. */
  | {
      readonly severity: 'warning'
      readonly kind: 'unread-parameter'
      readonly value: string
      readonly right: string | undefined
    }
  | {
      readonly severity: 'warning'
      readonly kind: 'too-many-upstreams'
      readonly value: string
      readonly limit: number
    }
