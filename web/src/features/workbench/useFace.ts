/** The identity check by face: whether the hospital has one, whether this doctor has agreed, and the check. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'

import { useAct } from '@/shared/api/act'
import { http } from '@/shared/api/http'
import { asProblem } from '@/shared/api/problem'

import type { FaceCheck, FaceWay } from './types'

const KEY = ['face-way']
const ROOT = '/duty/face'

export function useFace() {
  const queries = useQueryClient()
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => http.get<FaceWay>(ROOT, signal), staleTime: 0 })
  const keep = (way: FaceWay): true => {
    queries.setQueryData(KEY, way)
    return true
  }
  /** What is refused because it has changed meanwhile is read anew. */
  async function afresh<T>(act: Promise<T>): Promise<T> {
    try {
      return await act
    } catch (error) {
      if (asProblem(error).status === 409) await query.refetch()
      throw error
    }
  }
  const agree = useAct(async (version: string, key) => keep(await afresh(http.post<FaceWay>(`${ROOT}/consent`, { version }, key))))
  const takeBack = useAct(async (_: null, key) => keep(await afresh(http.post<FaceWay>(`${ROOT}/consent/withdraw`, {}, key))))
  /** `look` gives the picture at the last moment, so that nothing here remembers it. */
  const check = useAct((look: () => string) => afresh(http.post<FaceCheck>('/duty/identity-check/face', { picture: look() })))
  return { query, agree, takeBack, check }
}
