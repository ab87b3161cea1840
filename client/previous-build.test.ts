import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepPrevious, readBuild } from './previous-build.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-build-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What a build does: everything goes, its own assets come. */
async function build(...names: string[]): Promise<string[]> {
  const before = await readBuild(folder)
  await rm(join(folder, 'assets'), { recursive: true, force: true })
  await mkdir(join(folder, 'assets'), { recursive: true })
  for (const name of names) await writeFile(join(folder, 'assets', name), name)
  await keepPrevious(folder, before)
  return (await readdir(join(folder, 'assets'))).sort()
}

it('keeps the assets of the build before, and of no older one', async () => {
  expect(await build('home-1.js', 'react.js')).toEqual(['home-1.js', 'react.js'])
  expect(await build('home-2.js', 'react.js')).toEqual(['home-1.js', 'home-2.js', 'react.js'])
  expect(await build('home-3.js', 'react.js')).toEqual(['home-2.js', 'home-3.js', 'react.js'])
})

it('keeps them when the same is built again', async () => {
  await build('home-1.js')
  await build('home-2.js')
  expect(await build('home-2.js')).toEqual(['home-1.js', 'home-2.js'])
})

it('knows a file that came back as its own', async () => {
  await build('home-1.js')
  await build('home-2.js')
  expect(await build('home-1.js')).toEqual(['home-1.js', 'home-2.js'])
  expect(await build('home-3.js')).toEqual(['home-1.js', 'home-3.js'])
})
