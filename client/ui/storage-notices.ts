import type { StorageTrouble } from '../grapevine.ts'
import type { Notice } from './notice.ts'

export const describeStorageTrouble = (trouble: StorageTrouble | undefined): Notice[] => {
  switch (trouble) {
    case undefined:
      return []
    case 'not-stored':
      return [
        {
          key: 'storage not-stored',
          severity: 'warning',
          title: 'This browser does not keep this node’s key',
          text: 'All works until this tab closes or reloads; then it comes back with another key, and nodes that know this one will say so. A private window, blocked site data or a full disk does this.',
          actions: [],
        },
      ]
    case 'key-replaced':
      return [
        {
          key: 'storage key-replaced',
          severity: 'warning',
          title: 'This node has a new key',
          text: 'The one that was stored under this name can’t be used any more, so a new one was made. Nodes that know the old one will ask before they trust it.',
          actions: [],
        },
      ]
  }
}
