#!/usr/bin/env bash
# One guess: if `new RTCPeerConnection(…)` throws, it has made nothing. So a page may try configurations until the
# browser accepts one.
# What happens: in Chromium each constructor that throws because of its ICE servers counts towards the 500 connections
# that a page may make in its life. After 500 failures a constructor with valid servers throws too ("Cannot create so
# many PeerConnections"). A check of the servers by `setConfiguration` on one connection costs nothing.
# Versions: Chromium 156.0.8078.108 (Debian), playwright-core 1.65.0, Node 20.20. Seen on 2026-11-30.
# Output:
#   after 600 refused constructors: UnknownError
#   after 600 refused setConfiguration: made
# CHROME_PATH names another Chromium.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund playwright-core@1.65.0 >/dev/null
cat >count.mjs <<'JS'
import { chromium } from 'playwright-core'
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const outcome = async (byConstructor) => {
  const page = await browser.newPage()
  return page.evaluate((byConstructor) => {
    const refused = { iceServers: [{ urls: 'stun:127.0.0.1:0' }] }
    const probe = byConstructor ? undefined : new RTCPeerConnection()
    for (let tries = 0; tries < 600; tries += 1) {
      try {
        if (probe) probe.setConfiguration(refused)
        else new RTCPeerConnection(refused)
        return 'not refused'
      } catch {}
    }
    try {
      new RTCPeerConnection().close()
      return 'made'
    } catch (error) {
      return error.name
    }
  }, byConstructor)
}
console.log(`after 600 refused constructors: ${await outcome(true)}`)
console.log(`after 600 refused setConfiguration: ${await outcome(false)}`)
await browser.close()
JS
node count.mjs | tee seen
grep -qv ': made' <(head -1 seen) && grep -q 'setConfiguration: made' seen
