/** A sheet for tests. */
import { emptyTold, type Form, type Item } from './sheet'

export const UNCOUNTED = ['prn']

export const itemOf = (change: Partial<Item> = {}): Item => ({
  product_id: 'a',
  name: { zh: '氨氯地平', en: 'amlodipine' },
  strength: '5 mg',
  units: ['{tablet}', 'mg'],
  routes: [{ code: 'oral', text: { zh: '口服', en: 'by mouth' } }],
  frequencies: [],
  dose: '1',
  dose_unit: '{tablet}',
  route: 'oral',
  frequency: 'qd',
  days: '7',
  doses: '',
  open: [],
  confirmed: [],
  ...change,
})

export const formWith = (...items: Item[]): Form => ({ items, diagnoses: ['I10.x00'], valid_days: 1, patient_facts: {}, weight_kg: '', told: emptyTold() })
