import { type Address, parseAddress } from '../../../client/app/address/config.ts'

export const base = 'http://localhost:3000/'

export const parse = (query: string): Address => parseAddress(`${base}${query}`)

export const parseValid = (query: string): Extract<Address, { isValid: true }> => {
  const address = parse(query)
  if (!address.isValid) throw new Error(`not valid: ${JSON.stringify(address.problems)}`)
  return address
}
