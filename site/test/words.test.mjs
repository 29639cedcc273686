// The parts that need no browser: words, addresses, queries, cells.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

async function load(path) {
  const { outputFiles: [file] } = await build({ absWorkingDir: root, entryPoints: [path], bundle: true, format: 'esm', write: false, logLevel: 'error' })
  return import(`data:text/javascript;base64,${Buffer.from(file.contents).toString('base64')}`)
}

test('three languages have the same words with the same places', async () => {
  const read = async language => JSON.parse(await readFile(join(root, `src/words/${language}.json`), 'utf8'))
  const en = await read('en')
  for (const language of ['ru', 'kk']) {
    const other = await read(language)
    assert.deepEqual(Object.keys(other), Object.keys(en), language)
    for (const [key, text] of Object.entries(en)) {
      const places = words => [...words.matchAll(/\{\w+\}/g)].map(String).sort()
      assert.deepEqual(places(other[key]), places(text), `${language}.${key}`)
      assert.ok(other[key].trim(), `${language}.${key} is empty`)
    }
  }
})

test('an address gives the filter that it was made of', async () => {
  const { NONE, fromHash, toHash } = await load('src/filter.ts')
  const check = (part, hash) => {
    const filter = { ...NONE, ...part }
    assert.equal(toHash(filter), hash)
    assert.deepEqual(fromHash(hash), filter)
  }
  check({}, '')
  check({ type: 'seizure', region: 'KZ-79', page: 3 }, '#type=seizure&region=KZ-79&page=3')
  check({ q: 'кг & "<b>"', disputed: true, sort: 'value', up: true }, '#q=%D0%BA%D0%B3+%26+%22%3Cb%3E%22&disputed=1&sort=value&order=up')
  const odd = fromHash('#from=yesterday&to=2026-13-45&page=-2&sort=drop%20table')
  assert.deepEqual(odd, NONE)
})

test('a query keeps what is in quotes', async () => {
  const { NONE, sql } = await load('src/filter.ts')
  assert.equal(sql(NONE, 'events.parquet'), "SELECT *\nFROM 'events.parquet'\nORDER BY first_published_at DESC NULLS LAST;")
  const query = sql({ ...NONE, q: "D'or", type: "x' OR 1=1 --", region: 'KZ-79', to: '2026-01-31' }, 'events.parquet')
  assert.ok(query.includes("event_type = 'x'' OR 1=1 --'"), query)
  assert.ok(query.includes("list_contains(region, 'KZ-79')"), query)
  assert.ok(query.includes("'d''or'"), query)
  assert.ok(query.includes("TIMESTAMPTZ '2026-01-31 00:00:00+00' + INTERVAL 1 DAY"), query)
})

test('a cell is no formula', async () => {
  const { cell } = await load('src/export.ts')
  const check = (value, text) => assert.equal(cell(value), text)
  check('=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`)
  for (const first of ['+', '-', '@', '\t']) check(`${first}1`, `'${first}1`)
  check('\r1', `"'\r1"`)
  check(-1.5, '-1.5')
  check(['KZ-79', 'KZ-75'], '"[""KZ-79"",""KZ-75""]"')
  check(null, '')
  check('изъято 5,5 кг', '"изъято 5,5 кг"')
})

test('rows are ordered by key, then as they stood', async () => {
  const { byKey } = await load('src/events.ts')
  assert.deepEqual([...byKey(Float64Array.of(5, NaN, 7, 5, -3))], [2, 0, 3, 4, 1])
  assert.deepEqual([...byKey(new Float64Array())], [])
})

test('code lists are read with their quotes', async () => {
  const { parseCsv } = await load('src/codes.ts')
  assert.deepEqual(parseCsv('code,label\r\na,"x, ""y"""\nb,\n'), [{ code: 'a', label: 'x, "y"' }, { code: 'b', label: '' }])
  assert.deepEqual(parseCsv('code,label\na,z'), [{ code: 'a', label: 'z' }])
})

test('only the web is linked', async () => {
  const { web } = await load('src/dom.ts')
  assert.equal(web('https://outlet.example/a'), 'https://outlet.example/a')
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'JaVaScRiPt:x', '//outlet.example', 'blob:x', '']) assert.equal(web(bad), null, bad)
})

test('a unit follows its number', async () => {
  globalThis.document = { documentElement: {}, querySelectorAll: () => [] }
  const { choose, counted } = await load('src/words.ts')
  const check = (language, unit, value, expect) => {
    choose(language)
    assert.equal(counted(unit, value), expect, `${language} ${value} ${unit}`)
  }
  for (const [value, expect] of [[1, 'дело'], [3, 'дела'], [5, undefined], [11, undefined], [21, 'дело'], [112, undefined], [2.5, 'дела']]) check('ru', 'case', value, expect)
  for (const [value, expect] of [[1, 'год'], [3.5, 'года'], [8, undefined]]) check('ru', 'year', value, expect)
  check('en', 'item', 1, 'item')
  check('en', 'item', 3, undefined)
  check('kk', 'person', 3, undefined)
  check('kk', 'KZT', 5_000_000, 'теңге')
  check('ru', 'KZT', 5_000_000, 'тенге')
  check('ru', 'USD', 1, undefined)
  delete globalThis.document
})
