/** What pages of ours hear from the worker; apart from it, since pages and workers have other types around them. */

export interface Heard {
  kind: 'notice' | 'open'
  link: string
}
