/** A problem with the address of a page, found before a node is made. */
export type AddressProblem =
  /** Errors: no node is made from such an address. */
  | { readonly severity: 'error'; readonly kind: 'bad-name' | 'bad-net' | 'bad-class'; readonly value: string }
  /** Every seat of the class is occupied. */
  | { readonly severity: 'error'; readonly kind: 'class-full'; readonly value: string }
  /** Warnings: the rest of the address works. */
  | {
      readonly severity: 'warning'
      readonly kind: 'bad-upstream' | 'self-upstream' | 'class-left-out'
      readonly value: string
    }
  /** A network address as an upstream (`ws://localhost:6001`); several upstreams without a comma between them. */
  | { readonly severity: 'warning'; readonly kind: 'upstream-address' | 'upstream-separator'; readonly value: string }
  /** A part that is not a parameter, such as `Peer=`; `right`: what to write instead, if that is known. */
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
