import { describe, expect, it } from 'vitest'

import { bytesOf, filesOf, LIMITS, type Bundle } from '../../vite.budget'

const chunk = (imports: string[], rest: object = {}) => ({ type: 'chunk' as const, code: 'x'.repeat(1000), imports, ...rest })
const bundle: Bundle = {
  'patient.js': chunk(['vue.js'], { name: 'patient', isEntry: true, viteMetadata: { importedCss: new Set(['patient.css']) } }),
  'staff.js': chunk(['vue.js', 'desk.js'], { name: 'staff', isEntry: true }),
  'workbench.js': chunk(['shared.js'], { facadeModuleId: '/x/app/staff/pages/WorkbenchPage.vue' }),
  'home.js': chunk(['vue.js', 'shared.js'], { facadeModuleId: '/x/app/patient/pages/Home.vue' }),
  'visit.js': chunk(['shared.js'], { facadeModuleId: '/x/app/patient/pages/VisitPage.vue' }),
  'vue.js': chunk([]),
  'shared.js': chunk([]),
  'desk.js': chunk([]),
  'patient.css': { type: 'asset', source: 'a{}' },
}

describe('the budget of the first page', () => {
  it('counts what that page and its entry need, each once, and nothing of other pages', () => {
    expect([...filesOf(bundle, 'patient', 'app/patient/pages/Home.vue')].sort()).toEqual(['home.js', 'patient.css', 'patient.js', 'shared.js', 'vue.js'])
  })
  it('holds the doctor\'s desk to 400 kB', () => {
    const [page] = LIMITS.filter(({ entry }) => entry === 'staff')
    expect(page?.most).toBe(400_000)
    expect([...filesOf(bundle, 'staff', ...(page?.pages ?? []))].sort()).toEqual(['desk.js', 'shared.js', 'staff.js', 'vue.js', 'workbench.js'])
  })
  it('weighs them as they travel', () => {
    expect(bytesOf(bundle, new Set(['vue.js']))).toBeLessThan(100)
    expect(bytesOf(bundle, new Set())).toBe(0)
  })
})
