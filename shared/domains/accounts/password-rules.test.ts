import { expect, it } from 'vitest'
import { contextWords, passwordProblem } from './password-rules.ts'

it('[L11] [V6.2.1] [V6.2.5] [V6.2.9] counts characters as people do, and takes any of them', () => {
  expect(passwordProblem('elevenchars')).toBe('too_short')
  expect(passwordProblem('🦊'.repeat(11))).toBe('too_short')
  for (const good of [
    'vier alte Kähne',
    '🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧',
    'a b c d e f g',
    `${'p'.repeat(3)} q r s t u v`,
  ])
    expect(passwordProblem(good), good).toBeNull()
  expect(passwordProblem('x '.repeat(64))).toBeNull()
  expect(passwordProblem(`${'x '.repeat(64)}y`)).toBe('too_long')
})

it('[L11] [V6.2.11] refuses what is little more than words about the person', () => {
  const about = ['Álex Rivera', 'alex.rivera@example.org', 'Harbor Light Behavioral Health']
  for (const bad of ['Rivera-Rivera-1', 'ALEX.rivera.2026', 'Harbor Light 2026', 'harborlight!!!!!1'])
    expect(passwordProblem(bad, about), bad).toBe('about_you')
  for (const good of ['Rivera grows nine lemons', 'three slow herons', 'a long walk by the harbor'])
    expect(passwordProblem(good, about), good).toBeNull()
  expect(contextWords(about)).toContain('alex')
  expect(contextWords(['Bo Li'])).toEqual([])
})
