/** One capture on its way to the house: each part once, and what the house refuses waits for a hand. */

import { ApiProblem, asProblem } from '../../api/problem'
import type { ReadingForm, WalkInForm, WalkInOut } from '../types'
import type { Kept } from './captures'
import type { KeptReading, Trouble } from './types'

/** The doors of the house, so that a test can lose an answer. */
export interface Doors {
  /** Who is signed in there; null when nobody is. */
  whose: () => Promise<string | null>
  register: (id: string, form: WalkInForm) => Promise<WalkInOut>
  reading: (walkIn: string, id: string, form: ReadingForm) => Promise<unknown>
  /** Ids at the house of the pictures that the walk-in has. */
  picturesOf: (walkIn: string) => Promise<string[]>
  setPictures: (walkIn: string, ids: string[]) => Promise<unknown>
  upload: (file: Blob, key: string) => Promise<string>
  /** This browser is still the site's and its assistant's: then what is not found is a word on the capture itself. */
  isReady: () => Promise<boolean>
  /** The house's clock. */
  now: () => Promise<number>
}

export interface Keeping {
  note: (kept: Kept) => Promise<void>
  picture: (id: string) => Promise<Blob | null>
}

/** The line or the door, not the capture: all wait, and it is tried again. */
export class Stopped extends Error {
  readonly problem: ApiProblem
  constructor(problem: ApiProblem) {
    super(problem.code)
    this.problem = problem
  }
}

/** Changed on the disk: the rest of the capture is worth having, so a hand may drop the picture. */
const UNREADABLE = new ApiProblem({ status: 410, code: 'picture_unreadable', text: { zh: '这张图片在本机上已无法打开。', en: 'This picture can no longer be opened on this device.' } })
/** A 500 is not among them: it is this capture's, and those behind it shall not wait for it. */
const PASSING = new Set([0, 401, 408, 425, 429, 502, 503, 504])

async function asked<T>(doors: Doors, act: () => Promise<T>): Promise<T | ApiProblem> {
  try {
    return await act()
  } catch (error) {
    const problem = asProblem(error)
    const isOurs = !PASSING.has(problem.status) && ((problem.status !== 404 && problem.status !== 403) || (await doors.isReady()))
    if (!isOurs) throw new Stopped(problem)
    return problem
  }
}
const refused = (answer: unknown): answer is ApiProblem => answer instanceof Error

function troubleOf(step: Trouble['step'], what: string, { code, text, errors, refusals, body }: ApiProblem): Trouble {
  const said = refusals.length > 0 ? { zh: refusals.map((one) => one.text.zh + one.instead.zh).join(''), en: refusals.map((one) => `${one.text.en} ${one.instead.en}`).join(' ') } : text
  const other = body['walk_in_id']
  return { step, what, code, text: said, errors, walk_in_id: typeof other === 'string' ? other : null }
}

/** By a device whose clock went wrong meanwhile it may have been written down tomorrow. */
async function notAhead(captured: string, doors: Doors): Promise<string> {
  const now = await asked(doors, () => doors.now())
  return typeof now === 'number' && now < Date.parse(captured) ? new Date(now).toISOString() : captured
}

/** `isNew`: written down this moment. A capture that found no line then says when that was. */
export async function register(kept: Kept, doors: Doors, keeping: Keeping, isNew: boolean): Promise<WalkInOut | null> {
  const { form, walk_in_id, tried } = kept
  if (kept.registered || kept.troubles.length > 0 || !form) return null
  const asWritten = isNew && !tried
  if (asWritten) await keeping.note(Object.assign(kept, { tried: true }))
  const captured_at = asWritten ? null : await notAhead(kept.captured_at, doors)
  let answer = await asked(doors, () => doors.register(walk_in_id, captured_at ? { ...form, captured_at } : form))
  // The first try may have arrived though its answer was lost: then the house has the form without a time.
  if (tried && refused(answer) && answer.code === 'walk_in_differs') answer = await asked(doors, () => doors.register(walk_in_id, form))
  await keeping.note(Object.assign(kept, refused(answer) ? { troubles: [troubleOf('register', '', answer)] } : { registered: true }))
  return refused(answer) ? null : answer
}

const isTroubled = (kept: Kept, what: string): boolean => kept.troubles.some((one) => one.what === what)
const told = (kept: Kept, trouble: Trouble): Kept => Object.assign(kept, { troubles: [...kept.troubles, trouble] })

async function sendReading(kept: Kept, reading: KeptReading, doors: Doors, keeping: Keeping): Promise<void> {
  const { id, ...form } = reading
  const put = (measured_at: string) => asked(doors, () => doors.reading(kept.walk_in_id, id, { ...form, measured_at }))
  let answer = await put(form.measured_at)
  if (refused(answer) && answer.field('measured_at')) answer = await put(await notAhead(form.measured_at, doors))
  await keeping.note(refused(answer) ? told(kept, troubleOf('reading', id, answer)) : Object.assign(kept, { readings_sent: [...kept.readings_sent, id] }))
}

async function sendPicture(kept: Kept, id: string, doors: Doors, keeping: Keeping): Promise<void> {
  const file = await keeping.picture(id)
  const answer = file ? await asked(doors, () => doors.upload(file, id)) : UNREADABLE
  await keeping.note(refused(answer) ? told(kept, troubleOf('picture', id, answer)) : Object.assign(kept, { pictures_sent: { ...kept.pictures_sent, [id]: answer } }))
}

async function setPictures(kept: Kept, doors: Doors, keeping: Keeping): Promise<void> {
  const mine = Object.values(kept.pictures_sent)
  if (mine.length === 0) return
  const there = await asked(doors, () => doors.picturesOf(kept.walk_in_id))
  const answer = refused(there) ? there : await asked(doors, () => doors.setPictures(kept.walk_in_id, [...new Set([...there, ...mine])]))
  if (refused(answer)) await keeping.note(told(kept, troubleOf('pictures', '', answer)))
}

/** True when the house has all that belongs to it. What is refused does not keep the rest back. */
export async function complete(kept: Kept, doors: Doors, keeping: Keeping): Promise<boolean> {
  if (!kept.registered) return false
  for (const one of kept.readings) if (!kept.readings_sent.includes(one.id) && !isTroubled(kept, one.id)) await sendReading(kept, one, doors, keeping)
  for (const id of kept.pictures) if (!kept.pictures_sent[id] && !isTroubled(kept, id)) await sendPicture(kept, id, doors, keeping)
  if (!kept.troubles.some(({ step }) => step === 'picture' || step === 'pictures')) await setPictures(kept, doors, keeping)
  return kept.troubles.length === 0
}
