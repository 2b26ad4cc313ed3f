import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { DangerSign } from './list'
import { dangersIn, type Told } from './match'

/** The house's own list and the phrases by which its own check is tested. */
const triage = (path: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../../../../../xinglin/care/triage', path), 'utf-8'))
interface Shipped extends Omit<DangerSign, 'patterns'> {
  patterns: Record<string, { near?: boolean; all: string[][] }[]>
}
interface Said {
  zh: { yes: string[]; no: string[] }
  en: { yes: string[]; no: string[] }
  age_months?: number
  sex?: string
}
const { flags } = triage('data/red_flags.json') as { flags: Shipped[] }
const SIGNS: DangerSign[] = flags.map((flag) => ({
  ...flag,
  until_months: (flag.until_months as number | undefined) ?? null,
  sex: (flag.sex as string | undefined) ?? null,
  patterns: Object.fromEntries(Object.entries(flag.patterns).map(([locale, all]) => [locale, all.map((one) => ({ near: one.near ?? false, groups: one.all }))])),
}))
const PHRASES = Object.entries(triage('tests/data/red_flag_phrases.json') as Record<string, Said>)
/** Numbers in words: an instrument's are digits, and a reading counts by itself. */
const SPELLED = /[一二三四五六七八九十百]{3}/
/** A grown-up named in the complaint of a child: a false alarm costs less than a missed one. */
const SOMEBODY_ELSE = /妈妈|奶奶|\bI\b|Grandma/
const found = (complaint: string, who: Partial<Told> = {}): string[] => dangersIn({ complaint, age_months: 480, sex: 'unknown', ...who }, SIGNS).map(({ id }) => id)
const who = ({ age_months, sex }: Said): Partial<Told> => ({ ...(age_months === undefined ? {} : { age_months }), ...(sex === undefined ? {} : { sex }) })

describe.each(['zh', 'en'] as const)('the kept list of danger signs, in %s', { timeout: 20_000 }, (locale) => {
  const yes = PHRASES.flatMap(([id, said]) => said[locale].yes.map((phrase) => ({ id, phrase, said })))
  const no = PHRASES.flatMap(([id, said]) => said[locale].no.map((phrase) => ({ id, phrase, said })))

  it('knows every sentence by which the house knows danger, but for numbers in words', () => {
    expect(yes.filter(({ id, phrase, said }) => !SPELLED.test(phrase) && !found(phrase, who(said)).includes(id)).map(({ id, phrase }) => `${id}: ${phrase}`)).toEqual([])
  })
  it('is quiet where danger is denied, past or another thing', () => {
    const wrong = no.filter(({ id, phrase, said }) => !(id.startsWith('infant') || id.startsWith('child') ? SOMEBODY_ELSE : /^$/).test(phrase) && found(phrase, who(said)).includes(id))
    expect(wrong.map(({ id, phrase }) => `${id}: ${phrase}`)).toEqual([])
  })
})

describe('what was measured', () => {
  it('counts with what is told', () => {
    const told = '说话不清'
    expect(found(told, { systolic: 120, diastolic: 80 })).not.toContain('pressure_brain')
    expect(found(told, { systolic: 190, diastolic: 100 })).toContain('pressure_brain')
  })
})

describe('age and sex', () => {
  it('leave out a sign that is not of this patient, and count where they are not known', () => {
    expect(found('宝宝发烧38.5度', { age_months: 2 })).toContain('infant_fever')
    expect(found('发烧38.5度', { age_months: 480 })).not.toContain('infant_fever')
    expect(found('发烧38.5度', { age_months: null })).toContain('infant_fever')
  })
})
