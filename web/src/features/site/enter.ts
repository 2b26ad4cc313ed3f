/** Enter goes on: to the next field of the form, and from the last one onwards. */

const FIELDS = 'input:not([type=hidden]):not([tabindex="-1"]):not([type=checkbox]):not([type=radio]):not([type=file]), textarea'

/** True when there was a field to go to. */
export function goOn(event: KeyboardEvent): boolean {
  const { target, isComposing } = event
  // The Enter that ends a composition chooses a word.
  if (isComposing || event.key !== 'Enter' || !(target instanceof HTMLInputElement) || target.type === 'checkbox') return false
  const fields = [...(target.form?.querySelectorAll<HTMLInputElement>(FIELDS) ?? [])].filter((field) => !field.disabled && field.offsetParent !== null)
  const next = fields[fields.indexOf(target) + 1]
  if (!next) return false
  event.preventDefault()
  next.focus()
  if (next instanceof HTMLInputElement) next.select()
  return true
}
