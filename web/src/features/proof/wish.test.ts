import { beforeEach, describe, expect, it } from 'vitest'

import { asked, dropWish, keepWish, readWish } from './wish'

describe('the wish that goes with an intake', () => {
  beforeEach(() => sessionStorage.clear())

  it('is advice until somebody says otherwise', () => {
    expect(readWish('i')).toEqual({ followUp: false, proofs: [] })
  })

  it('survives a reload, for its own intake alone', () => {
    keepWish('i', { followUp: true, proofs: ['p'] })
    expect(readWish('i')).toEqual({ followUp: true, proofs: ['p'] })
    expect(readWish('j').followUp).toBe(false)
    dropWish('i')
    expect(readWish('i').followUp).toBe(false)
  })

  it('takes nothing for a wish that is none', () => {
    sessionStorage.setItem('xinglin.wish.i', '{"followUp":"yes","proofs":[1,"p"]}')
    expect(readWish('i')).toEqual({ followUp: false, proofs: ['p'] })
    sessionStorage.setItem('xinglin.wish.i', 'no json')
    expect(readWish('i').proofs).toEqual([])
  })

  it('sends no paper along with a wish for advice', () => {
    expect(asked({ followUp: false, proofs: ['p'] })).toEqual({ wants_follow_up: false, proof_ids: [] })
    expect(asked({ followUp: true, proofs: ['p'] })).toEqual({ wants_follow_up: true, proof_ids: ['p'] })
  })
})
