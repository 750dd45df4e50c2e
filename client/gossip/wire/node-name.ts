declare const nodeNameBrand: unique symbol
/** What people type: 1 to 32 letters, digits, `_` or `-`. Names of networks follow the same rule. */
export type NodeName = string & { readonly [nodeNameBrand]: true }

export const parseNodeName = (value: unknown): NodeName | undefined =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,32}$/.test(value) ? (value as NodeName) : undefined
