import { describe, expect } from 'vitest'
import { startNginxSites } from '../../signal-server/nginx.ts'
import { it } from '../tabs/browser-test.ts'

/** Every site needs `upgrade` and `host`. Most of the sites below lack one of them or contain another mistake. */
const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $http_connection;`
const host = 'proxy_set_header Host $http_host;'

describe('behind an nginx with a wrong configuration', () => {
  it('a tab shows what is missing, and what to write where, for each mistake', async ({ network, server }) => {
    network.expectServerAway()
    const pass = `proxy_pass ${server.origin.replace('localhost', '127.0.0.1')}`
    const sites = {
      withoutHost: `location / { ${pass}; ${upgrade} }`,
      withoutUpgrade: `location / { ${pass}; proxy_http_version 1.1; ${host} }`,
      withHttp10: `location / { ${pass}; ${host} }`,
      withShortTimeout: `location / { ${pass}; ${upgrade} ${host} proxy_read_timeout 1s; }`,
      withoutPath: `location /app/ { ${pass}/; ${upgrade} ${host} } location /app/socket.io/ { return 404; }`,
      withForeignOrigin: `location / { ${pass}; ${upgrade} ${host} proxy_set_header Origin https://tunnel.example; }`,
      withDeadServer: `location / { ${pass}; ${upgrade} ${host} } location /socket.io/ { proxy_pass http://127.0.0.1:9; }`,
    }
    const ports = await startNginxSites(...Object.values(sites))
    const portOf = (site: keyof typeof sites): number => ports[Object.keys(sites).indexOf(site)] ?? 0
    const tab = await network.blankTab()
    const open = (site: keyof typeof sites, path = '/') =>
      tab.page.goto(`http://localhost:${portOf(site)}${path}?id=node1&net=${network.name}`)
    const waitForNotice = async (words: RegExp) => {
      await tab.waitForState('offline')
      await tab.waitForText(words)
    }

    await open('withoutHost')
    await waitForNotice(/received a request for 127\.0\.0\.1:\d+, .*proxy_set_header Host \$http_host;/)
    await open('withoutUpgrade')
    await waitForNotice(/proxy_set_header Upgrade \$http_upgrade;/)
    await open('withHttp10')
    await waitForNotice(/proxy_http_version 1\.1;/)
    await open('withoutPath', '/app/')
    await waitForNotice(/\/app\/socket\.io\/ answers with status 404, .*location \/app\/ \{ proxy_pass/)
    await open('withForeignOrigin')
    await waitForNotice(/received the Origin https:\/\/tunnel\.example, .*ALLOWED_ORIGINS=https:\/\/tunnel\.example/)
    await open('withDeadServer')
    await waitForNotice(/Check whether “npm start” still runs/)
    await open('withShortTimeout')
    await tab.waitForText(/ends about a second after it opened, .*proxy_read_timeout 60s;/)
    // The tab is registered most of the time, and the text stays.
    await tab.waitForState('online')
    expect(await tab.page.getByText('repeatedly').first().isVisible()).toBe(true)
  })
})
