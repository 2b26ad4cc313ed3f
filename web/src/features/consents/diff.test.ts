import { describe, expect, it } from 'vitest'

import { condensed, differences } from './diff'

const said = (before: string, after: string): string => differences(before, after).map((piece) => `${piece.kind}:${piece.text}`).join(' ')

describe('what a new version changes', () => {
  it('is nothing where nothing was changed', () => {
    expect(said('a\n\nb', 'a\n\n\nb')).toBe('same:a same:b')
  })

  it('shows a paragraph that was changed as gone and new', () => {
    expect(said('a\n\nb\n\nc', 'a\n\nB\n\nc')).toBe('same:a gone:b new:B same:c')
  })

  it('keeps what both have when one is added or dropped', () => {
    expect(said('a\n\nc', 'a\n\nb\n\nc')).toBe('same:a new:b same:c')
    expect(said('a\n\nb\n\nc', 'c')).toBe('gone:a gone:b same:c')
    expect(said('', 'a')).toBe('new:a')
  })

  it('counts what stays far from any change', () => {
    const found = condensed(differences('a\nb\nc\nd\ne', 'a\nb\nc\nD\ne'))
    expect(found.map((one) => (one.kind === 'gap' ? one.count : one.text))).toEqual([2, 'c', 'd', 'D', 'e'])
  })
})
