import { describe, expect } from 'vitest'
import { nginxPathLocations, startNginxSites } from '../../signal-server/nginx.ts'
import { browserTest } from '../tabs/browser-test.ts'
import type { Network } from '../tabs/network.ts'
import type { Tab } from '../tabs/tab.ts'

const it = browserTest('ordinary').extend('environment', { scope: 'file' }, () => ({ ACCESS_TOKENS: '*:open' }))

const open = async (network: Network, href: string): Promise<Tab> => {
  const tab = await network.blankTab()
  await tab.page.goto(href)
  return tab
}

const proxyHeaders = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $http_connection;
  proxy_set_header Host $http_host;`

describe('below a path of another site, behind nginx', () => {
  it('everything works with and without the slash at the end of the path, and every address keeps the path', async ({
    network,
    server,
  }) => {
    const [port] = await startNginxSites(await nginxPathLocations(server.port))
    const folder = `http://localhost:${port}/app/`
    const node1 = await open(network, `http://localhost:${port}/app?id=node1&net=${network.name}#token=open`)
    await node1.waitForState('online')
    const address1 = `${folder}?id=node1&net=${network.name}#token=open`
    expect(node1.page.url()).toBe(address1)

    const node2 = await network.blankTab()
    const missing: string[] = []
    node2.page.on('response', (response) => {
      if (response.status() >= 400) missing.push(response.url())
    })
    const downstream = node1.page.getByRole('link', { name: 'Open a downstream tab' })
    const downstreamHref = (await downstream.getAttribute('href')) ?? ''
    await node2.page.goto(downstreamHref.replace('?', '?id=node2&'))
    expect(node2.page.url().startsWith(`${folder}?id=node2&peer=node1@`)).toBe(true)
    await node1.waitForLinks({ node2: 'up' })
    await node1.ping()
    await node2.waitForMessage('node1', "I'm alive")

    // Each view of the lab is loaded when it is first shown.
    for (const view of ['Network', 'Figures', 'Wire', 'Connection']) {
      await node2.page.getByRole('tab', { name: view, exact: true }).click()
      await node2.page.getByRole('tabpanel', { name: view, exact: true }).locator(':scope *').first().waitFor()
    }
    const files = await node2.page.evaluate(() =>
      ['link[rel="icon"]', 'link[rel="manifest"]', 'link[rel="apple-touch-icon"]'].map(
        (selector) => document.querySelector<HTMLLinkElement>(selector)?.href ?? '',
      ),
    )
    for (const file of files) expect((await fetch(file)).status, file).toBe(200)
    const manifest = (await (await fetch(files[1] ?? '')).json()) as { start_url: string; icons: { src: string }[] }
    expect(new URL(manifest.start_url, files[1]).href).toBe(folder)
    for (const { src } of manifest.icons) expect((await fetch(new URL(src, files[1]))).status, src).toBe(200)
    expect(missing).toEqual([])

    await node1.page.getByRole('button', { name: 'Share', exact: true }).click()
    const shared = node1.page.getByRole('dialog').getByRole('textbox', { name: 'Address of a downstream tab' })
    expect(await shared.inputValue()).toBe(downstreamHref)
    await node1.page.keyboard.press('Escape')

    const copy = await network.duplicate(node1)
    await copy.waitForState('error')
    expect(await copy.useInstead.getAttribute('href')).toMatch(/\/app\/\?id=node1-\w+&net=.*#token=open$/)
    const waiting = await open(network, `${folder}?id=node3&peer=node4&net=${network.name}#token=open`)
    const openNode4 = waiting.page.getByRole('link', { name: 'Open node4' })
    expect(await openNode4.getAttribute('href')).toBe(`${folder}?id=node4&net=${network.name}#token=open`)
    const seat = await open(network, `${folder}?class=ring-3&net=${network.name}#token=open`)
    await seat.waitForState('online')
    expect(seat.page.url().startsWith(`${folder}?id=`)).toBe(true)
  })

  it('BASE_PATH serves a proxy that keeps the path, and the page corrects an address without its slash', async ({
    network,
    startServer,
  }) => {
    const server = await startServer({ BASE_PATH: '/app/' })
    const [kept] = await startNginxSites(
      `location /app { proxy_pass http://127.0.0.1:${server.port}; ${proxyHeaders} }
       location /taken { rewrite ^/taken/?(.*)$ /$1 break; proxy_pass http://127.0.0.1:${server.port}; ${proxyHeaders} }
       location /doubled { proxy_pass http://127.0.0.1:${server.port}/; ${proxyHeaders} }`,
    )
    // The page requests files in the wrong folder until it knows its own path.
    network.expectError(/404|MIME type|502/)
    const tab = await network.blankTab()
    for (const path of ['app', 'taken', 'doubled']) {
      await tab.page.goto(`http://localhost:${kept}/${path}?id=${path}&net=${network.name}`)
      await tab.waitForState('online')
      expect(tab.page.url()).toBe(`http://localhost:${kept}/${path}/?id=${path}&net=${network.name}`)
    }
  })
})
